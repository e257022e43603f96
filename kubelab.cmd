@echo off
rem kubelab on Windows: builds the program with the Maven wrapper on first use, then runs it. Untested so far.
setlocal
set "ROOT=%~dp0"
if defined JAVA_HOME (set "JAVA=%JAVA_HOME%\bin\java.exe") else (set "JAVA=java")
"%JAVA%" -version >nul 2>&1 || (
  echo kubelab: there is no Java. Install a JDK 17 or newer, for instance from https://adoptium.net. 1>&2
  exit /b 3
)
if not exist "%ROOT%app\target\app.jar" (
  echo kubelab: building the program ^(first use^) ... 1>&2
  call "%ROOT%mvnw.cmd" -q -B -f "%ROOT%pom.xml" -pl app,solutions -am -Dquick -Dmaven.test.skip=true package || exit /b 3
)
"%JAVA%" -XX:TieredStopAtLevel=1 "-Dkubelab.root=%ROOT%." -cp "%ROOT%app\target\app.jar" kubelab.app.Main %*
