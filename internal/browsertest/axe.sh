#!/bin/sh
# Fetches the accessibility checker axe-core into a folder: one script that tests put into pages. Needs npm; what is there
# already stays. The version and the hash of the script are fixed.
set -eu

dir=${1:?folder to put the script into}
version=4.10.3
sum=880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb
name=axe-core-$version.min.js
if [ -f "$dir/$name" ]; then exit 0; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "fetching axe-core $version into $dir"
(cd "$work" && npm pack --silent "axe-core@$version" >/dev/null && tar xzf "axe-core-$version.tgz" package/axe.min.js)
echo "$sum  $work/package/axe.min.js" | sha256sum -c --quiet -
mkdir -p "$dir"
cp "$work/package/axe.min.js" "$dir/$name"
chmod a+r "$dir/$name"
