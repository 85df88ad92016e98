@echo off
rem The entry to OI Loop on Windows: installs on first use, then runs the CLI on the pinned Node.
setlocal
pushd "%~dp0"
set ONNXRUNTIME_NODE_INSTALL=skip
rem The stamp is a copy of the lock file: another one means other packages.
fc /b package-lock.json node_modules\.oi-installed >nul 2>&1
if errorlevel 1 (
  echo oi: installing, about a minute ... 1>&2
  call npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || (popd & exit /b 1)
  call npm rebuild node --loglevel=error || (popd & exit /b 1)
  for %%L in (onnxruntime koffi lightgbm) do call node_modules\node\bin\node.exe layers\%%L\build.ts --arch arm64
  copy /y package-lock.json node_modules\.oi-installed >nul
)
popd
rem Files are named as seen from where the command was given.
"%~dp0node_modules\node\bin\node.exe" --disable-warning=ExperimentalWarning "%~dp0cli\main.ts" %*
