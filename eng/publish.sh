# Publishes the program where ./qwen starts it, unless what is there was made of these very sources. Sourced by ./qwen, with $root set.
# The managed program comes first, because it is made in a fraction of the time; the native one follows in the background, and the
# starts after that use it. QWEN_NATIVE=0 keeps to the managed program.
command -v dotnet >/dev/null 2>&1 || { echo "qwen: the .NET 10 SDK is needed (dotnet was not found on PATH)." >&2; exit 1; }
published=$(cd "$root" && pwd)/artifacts/publish/qwen
inputs="src plugins agents eng native Directory.Build.props Directory.Packages.props"
sources=$(cd "$root" && for input in $inputs; do git rev-parse "HEAD:$input"; done 2>/dev/null)
changes=$(cd "$root" && git status --porcelain -- $inputs 2>/dev/null)
made="$sources $changes"
if [ ! -x "$published/managed/qwen" ] || [ -n "$changes" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$made" ]; then
  echo "qwen: building (this happens once after a change) …" >&2
  log=$root/artifacts/publish.log
  mkdir -p "$root/artifacts"
  # Published beside the old one and moved into its place: what runs keeps its files.
  rm -rf "$root/artifacts/publish/next"
  if ! dotnet publish "$root/src/QwenCode.Cli" -c Release --use-current-runtime -o "$root/artifacts/publish/next/managed" >"$log" 2>&1; then
    cat "$log" >&2
    echo "qwen: the build failed (see above, or $log)." >&2
    exit 1
  fi
  rm -rf "$published"
  mv "$root/artifacts/publish/next" "$published"
fi
printf '%s' "$made" >"$stamp"
if [ "${QWEN_NATIVE:-}" != 0 ] && [ ! -x "$published/qwen" ] && [ ! -e "$published/native.txt" ]; then
  nohup nice -n 19 "$root/eng/publish-native.sh" --beside "$published" >/dev/null 2>&1 </dev/null &
fi
