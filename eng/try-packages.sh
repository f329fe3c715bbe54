#!/usr/bin/env bash
# Does what an author does outside this repository: builds the smallest plugin from the packages, and sees its tool in `qwen plugins list`.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/pack.sh >/dev/null
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp samples/SmallestPlugin/*.cs samples/SmallestPlugin/*.csproj "$place/"
project=$place/SmallestPlugin.csproj

# The comment in the project says which reference to write outside the repository; it is taken at its word.
reference=$(sed -n 's|.*Outside this repository: \(<PackageReference [^>]*/>\).*|\1|p' "$project")
[ -n "$reference" ] || { echo "The project no longer says what to reference outside the repository."; exit 1; }
sed -i "s|<ProjectReference [^>]*QwenCode.Abstractions[^>]*/>|$reference|" "$project"

# A package folder of its own: versions do not change from build to build, and the usual folder would keep the first one.
usual=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
cat >"$place/nuget.config" <<CONFIG
<configuration>
  <config><add key="globalPackagesFolder" value="$place/packages" /></config>
  <fallbackPackageFolders><add key="usual" value="$usual" /></fallbackPackageFolders>
  <packageSources><add key="packed" value="$PWD/artifacts/packages" /></packageSources>
</configuration>
CONFIG
(cd "$place" && dotnet build -c Release -nologo -v:quiet -o "$place/SmallestPlugin")
[ -f "$place/SmallestPlugin/plugin.json" ] || { echo "The build wrote no plugin.json."; exit 1; }
[ ! -e "$place/SmallestPlugin/QwenCode.Abstractions.dll" ] || { echo "The plugin has a copy of the contract."; exit 1; }
./qwen --version >/dev/null # built with the usual home; the plugin is listed with an empty one
mkdir "$place/home"
list() { HOME=$place/home ./qwen plugins "$@" --plugin-dir "$place/SmallestPlugin"; }
listed=$(list list)
grep -qE '^SmallestPlugin .* explicit +listed +1 +0$' <<<"$listed" || { echo "The plugin is not listed with one tool and no fault:"; echo "$listed"; exit 1; }
inspected=$(list inspect SmallestPlugin)
grep -q count_lines <<<"$inspected" || { echo "The tool of the plugin is not there:"; echo "$inspected"; exit 1; }
echo "built from packages, and listed: count_lines"
