# bash completion for sluice-cli

_sluice_cli() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]:-}
    local commands="run replay compare sweep check validate export import discover watch drift apply browse publish purge offsets redrive examples new"
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $before in
        --to)
            [[ $command == offsets ]] || return
            mapfile -t COMPREPLY < <(compgen -W "beginning end" -- "$word")
            return
            ;;
        --scenario | --until | --seed | --seeds | --vary | --jobs | --name | --scale | --select | --at | --why | --events | --mask | --fps | --speed | --size | --for | --every) return ;;
        --theme)
            mapfile -t COMPREPLY < <(compgen -W "light dark contrast" -- "$word")
            return
            ;;
        --align)
            mapfile -t COMPREPLY < <(compgen -W "order time" -- "$word")
            return
            ;;
        --page)
            mapfile -t COMPREPLY < <(compgen -W "fit a4 a3 letter" -- "$word")
            return
            ;;
        --from)
            [[ $command == new ]] || return
            mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" examples --json 2>/dev/null |
                sed -n 's/.*"id": *"\([^"]*\)".*/\1/p')" -- "$word")
            return
            ;;
        -o | --record | --export | --report | --drawing | --body-file)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
    esac
    if [[ $word == -* ]]; then
        local options=--help
        case $command in
            run) options+=" --scenario --until --seed --record --alert --on --send --keep --json" ;;
            replay)
                options+=" --at --why --events --export --report --sequence --message --fold --notes --incidents"
                options+=" --alerts --alert"
                options+=" --from --to --fps --speed --size --mask"
                options+=" --theme --scale --page --transparent --select --json"
                ;;
            compare) options+=" --align --json" ;;
            sweep) options+=" --vary --seeds --scenario --until --csv --json -o --jobs" ;;
            check | validate) options+=" --strict --json" ;;
            export) options+=" -o --theme --scale --page --transparent --select --at --scenario" ;;
            import) options+=" -o" ;;
            discover) options+=" -o --json" ;;
            watch) options+=" --and --for --every --drawing --record --alert --webhook --messages --mask --at-most --make-queues --json" ;;
            drift) options+=" --json" ;;
            apply) options+=" --send --delete --with-messages --json" ;;
            browse) options+=" --where --from --until --partition --limit --most --follow --mask --avro --protobuf --message --forecast --csv --json -o" ;;
            publish)
                options+=" --send --body --body-file --key --header --exchange --routing-key --partition"
                options+=" --content-type --count --rate --plain --json"
                ;;
            purge) options+=" --send --json" ;;
            offsets) options+=" --to --partition --send --json" ;;
            redrive) options+=" --send --to --died-in --reason --superseded --expired --max-age --operation --key --event-time --letters --edits --rate --most --window --times --json" ;;
            examples) options+=" --json" ;;
            new) options+=" --name --from --force" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$word"; compgen -f -X '!*.sluice*' -- "$word")
} && complete -F _sluice_cli sluice-cli
