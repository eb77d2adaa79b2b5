@echo off
rem Lazuli's command line on Windows. Kept tiny, and never run by the tests: they have no Windows.
rem Needs a release (or a tree built by "mvn package") and a JDK 25 in LAZULI_JAVA, JAVA_HOME or PATH.
setlocal
set "LAZULI=%~dp0"
if exist "%LAZULI%pom.xml" set "LAZULI=%LAZULI%install\target\lazuli\"
if not exist "%LAZULI%lib" (echo lazuli: not built; run "mvn -q -DskipTests package" first 1>&2 & exit /b 2)
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if defined LAZULI_JAVA set "JAVA=%LAZULI_JAVA%\bin\java"
"%JAVA%" -version 2>&1 | findstr /c:"\"25" >nul || (echo lazuli: needs JDK 25; name its folder in LAZULI_JAVA 1>&2 & exit /b 2)
"%JAVA%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED @"%LAZULI%jvm.flags" -cp "%LAZULI%lib\*" "-Dlazuli.home=%LAZULI:~0,-1%" lazuli.install.Main %*
exit /b %ERRORLEVEL%
