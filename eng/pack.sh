#!/usr/bin/env bash
# Packs the rooms into artifacts/packages: the packages of authors (Abstractions, Testing), of hosts (Hosting), and what these need.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/artifacts/packages
rm -rf "$out"
dotnet msbuild eng/Packages.proj -nologo -v:quiet -t:Restore -p:Configuration=Release
dotnet msbuild eng/Packages.proj -nologo -v:quiet -t:Pack -p:Configuration=Release -p:PackageOutputPath="$out"
ls "$out"
