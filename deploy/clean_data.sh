#!/bin/sh
# Removes .data, which no command makes again: never while a database runs in it, never unasked.
set -eu

cd "$(dirname "$0")/.."

if [ ! -e .data ]; then
    echo "weir: there is no .data"
    exit 0
fi

if [ -n "$(find .data -name postmaster.pid -print -quit 2>/dev/null)" ]; then
    echo "weir: a database may be running in .data: end make run and dagster dev first (Ctrl-C), then run this again" >&2
    echo "weir: if none runs, its postmaster.pid is a leftover: delete it, or run make demo once" >&2
    exit 1
fi

if [ "${1:-}" != 1 ]; then
    echo "This deletes .data: inbox, lake, ledger, run history and what was delivered to files. Nothing can bring it back."
    printf 'Type "delete" to go on: '
    read -r answer || answer=
    if [ "$answer" != delete ]; then
        echo "weir: nothing was deleted"
        exit 1
    fi
fi

rm -rf .data
echo "weir: .data is gone"
