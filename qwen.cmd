@echo off
rem Starts qwen from this checkout; the first start builds a ready-to-run publish. Delete artifacts\publish to build anew.
setlocal
set "root=%~dp0"
set "program=%root%artifacts\publish\qwen\qwen.exe"
if not exist "%program%" (
  echo qwen: building ^(this happens once^) ... 1>&2
  dotnet publish "%root%src\QwenCode.Cli" -c Release --use-current-runtime -o "%root%artifacts\publish\qwen" > "%root%artifacts-publish.log" 2>&1 || (type "%root%artifacts-publish.log" 1>&2 & exit /b 1)
)
endlocal & "%~dp0artifacts\publish\qwen\qwen.exe" %*
