@echo off
rem The entry to OI Loop on Windows: installs on first use, then runs the CLI on the pinned Node.
setlocal
pushd "%~dp0"
set ONNXRUNTIME_NODE_INSTALL=skip
if not exist node_modules\.oi-installed (
  echo oi: installing, about a minute ... 1>&2
  call npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || (popd & exit /b 1)
  call npm rebuild node --loglevel=error || (popd & exit /b 1)
  for %%L in (onnxruntime koffi lightgbm) do call node_modules\node\bin\node.exe layers\%%L\build.ts --arch arm64
  echo installed> node_modules\.oi-installed
)
popd
rem Files are named as seen from where the command was given.
"%~dp0node_modules\node\bin\node.exe" --disable-warning=ExperimentalWarning "%~dp0cli\main.ts" %*
