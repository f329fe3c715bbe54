# Publishes the program where ./qwen starts it, unless what is there was made of these very sources. Sourced by ./qwen, with $root set.
command -v dotnet >/dev/null 2>&1 || { echo "qwen: the .NET 10 SDK is needed (dotnet was not found on PATH)." >&2; exit 1; }
sources=$(cd "$root" && git rev-parse HEAD:src HEAD:plugins HEAD:agents HEAD:eng HEAD:Directory.Build.props HEAD:Directory.Packages.props 2>/dev/null)
changes=$(cd "$root" && git status --porcelain -- src plugins agents eng Directory.Build.props Directory.Packages.props 2>/dev/null)
made="$sources $changes"
if [ ! -x "$program" ] || [ -n "$changes" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$made" ]; then
  echo "qwen: building (this happens once after a change) …" >&2
  log=$root/artifacts/publish.log
  mkdir -p "$root/artifacts"
  # Published beside the old one and moved into its place: what runs keeps its files.
  rm -rf "$root/artifacts/publish/next"
  if ! dotnet publish "$root/src/QwenCode.Cli" -c Release --use-current-runtime -o "$root/artifacts/publish/next" >"$log" 2>&1; then
    cat "$log" >&2
    echo "qwen: the build failed (see above, or $log)." >&2
    exit 1
  fi
  rm -rf "$root/artifacts/publish/qwen"
  mv "$root/artifacts/publish/next" "$root/artifacts/publish/qwen"
fi
printf '%s' "$made" >"$stamp"
