#!/bin/sh
# Unpacks Cyrus and Courier beside whatever IMAP server is installed: Debian's packages of these exclude each other, and
# installed they would run. Takes the folder to unpack into; what is there already stays. Needs apt-get and dpkg, not root.
set -eu

dir=${1:?folder to unpack into}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# libraries PACKAGE… prints the libraries that a bare system would need for the packages and this one does not have. Those
# left out belong to programs that the tests do not run.
libraries() {
	dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii  *//p' | sort -u >"$work/installed"
	apt-get -s -o Dir::State::status=/dev/null install --no-install-recommends "$@" |
		sed -n 's/^Inst \(lib[^ ]*\) .*/\1/p' | grep -Ev '^lib(clamav|mspack|perl|zephyr|.*-perl$)' | sort -u |
		comm -23 - "$work/installed"
}

# unpack NAME PROGRAM PACKAGE… fills the folder NAME and looks whether PROGRAM finds its libraries.
unpack() {
	name=$1 program=$2
	shift 2
	if [ -x "$dir/$name/$program" ]; then return; fi
	echo "unpacking $name into $dir"
	rm -rf "$work/debs" "$dir/$name.new"
	mkdir -p "$work/debs" "$dir/$name.new"
	more=$(libraries "$1")
	(cd "$work/debs" && apt-get -q -o APT::Sandbox::User=root download "$@" $more)
	for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$dir/$name.new"; done
	at=$dir/$name.new
	arch=$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
	if LD_LIBRARY_PATH="$at/usr/lib:$at/usr/lib/courier-authlib:$at/usr/lib/$arch:$at/lib/$arch" \
		ldd "$at/$program" | grep 'not found'; then
		echo "$name lacks the libraries above" >&2
		exit 1
	fi
	chmod -R go+rX "$at" # the servers run as an ordinary user
	mv "$at" "$dir/$name"
}

umask 022
mkdir -p "$dir"
unpack cyrus usr/lib/cyrus/bin/imapd cyrus-imapd cyrus-common
unpack courier usr/bin/imapd courier-imap courier-base courier-authlib
