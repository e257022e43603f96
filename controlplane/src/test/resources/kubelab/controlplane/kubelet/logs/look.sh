exec 2>&1
id; id -u; id -g; id -G
grep -E 'Uid|Gid|Groups' /proc/self/status
show() { stat -c '%a %u %g %n' "$@"; }
echo == emptyDir
show /empty; touch /empty/f; mkdir /empty/d; show /empty/f /empty/d
show /memory; touch /memory/f; show /memory/f
show /part; ls -l /part
echo == token
cd /var/run/secrets/kubernetes.io/serviceaccount
show . ..data ..data/. token; stat -L -c '%a %u %g %n' ..data/. token namespace ca.crt
head -c 3 token; echo
echo == objects
for d in /map /secret /about /mixed; do
  show $d $d/..data; stat -L -c '%a %u %g %n' $d/..data/. $d/*
done
cat /map/a /secret/a /about/x /mixed/q/a; echo
stat -L -c '%a %u %g %n' /one-dir /one-file
touch /map/new /secret/new /about/new /one-dir/new
echo == others
stat -L -c '%a %u %g %n' /dev/termination-log /etc/hosts /etc/hostname /etc/resolv.conf /dev/shm /tmp /etc /root /work /work/deep
echo said > /dev/termination-log; echo $?
cd /work/deep; touch y; echo $?
echo x > /tmp/x; show /tmp/x
echo x > /x; echo $?
echo $HOME; whoami
show /host; touch /host/f && rm /host/f
ip link add dummy0 type dummy; echo $?
ip link set lo down; echo $?
