#!/bin/sh
# Puts the queue manager into a deployment made by Dioptra's cookiecutter template, under /queues-ui/.
#
#   install.sh [--undo] [DEPLOYMENT]
#
# DEPLOYMENT is the folder with docker-compose.yml; without it, the current one. The release stays
# where it is and is mounted from there. What is written carries the mark "# dioptra-queues"; --undo
# takes exactly that away. If a step fails, all files are as they were.
set -eu

mark='# dioptra-queues'
undo=''
folder='.'
for argument; do
  case $argument in
    --undo) undo=yes ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
    -*) echo "install.sh: unknown option $argument; there is --undo" >&2; exit 2 ;;
    *) folder=$argument ;;
  esac
done
release=$(cd "$(dirname "$0")/../.." && pwd)

fail() {
  echo "install.sh: $1" >&2
  exit 1
}
step() { echo "* $1"; }

cd "$folder" 2>/dev/null || fail "there is no folder $folder"
override=docker-compose.override.yml
[ -f docker-compose.yml ] && [ -f config/nginx/http_restapi.conf ] ||
  fail "$(pwd) is no deployment of Dioptra: it has no docker-compose.yml, or no config/nginx/http_restapi.conf"
service=$(sed -n 's/^  \([A-Za-z0-9._-]*-nginx\):[[:space:]]*$/\1/p' docker-compose.yml | head -n 1)
[ -n "$service" ] || fail "docker-compose.yml has no service whose name ends with -nginx"
exporter=${service%-nginx}-rq-exporter
redis=${service%-nginx}-redis
[ -f "$release/deploy/nginx.conf" ] && [ -f "$release/www/queues-ui/index.html" ] ||
  fail "$release is no release: run install.sh where the tar file was unpacked"

# Only one of the two is in use: by the running server, or else by the certificates that are there.
used=$(docker compose exec -T "$service" ls /etc/nginx/conf.d 2>/dev/null || true)
case $used in
  *https_restapi.conf*) scheme=https ;;
  *http_restapi.conf*) scheme=http ;;
  *) if ls ssl/nginx/*.crt >/dev/null 2>&1; then scheme=https; else scheme=http; fi ;;
esac
conf=config/nginx/${scheme}_restapi.conf
[ -f "$conf" ] || fail "there is no $conf"

# The operator's own: the next release brings another one of its own.
settings=config/dioptra-queues.json
default=$release/deploy/dioptra/config.json

# As it was, until all is done.
started=''
made_settings=''
saved=$(mktemp -d)
for file in config/nginx/http_restapi.conf config/nginx/https_restapi.conf "$override"; do
  if [ -f "$file" ]; then
    mkdir -p "$saved/$(dirname "$file")"
    cp -p "$file" "$saved/$file"
  fi
done
restore() {
  status=$?
  trap - EXIT
  if [ "$status" -ne 0 ]; then
    for file in config/nginx/http_restapi.conf config/nginx/https_restapi.conf "$override"; do
      if [ -f "$saved/$file" ]; then
        # Into the same file: a container may have it mounted.
        cat "$saved/$file" >"$file"
      else
        rm -f "$file"
      fi
    done
    if [ -n "$made_settings" ]; then rm -f "$settings" || true; fi
    if [ -n "$started" ]; then docker compose up -d --no-deps --force-recreate "$service" >&2 || true; fi
    echo "install.sh: a step failed; every file is as it was" >&2
  fi
  rm -rf "$saved"
  exit "$status"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM

# Replaces a file's content by what a filter makes of it.
change() {
  file=$1
  shift
  "$@" <"$file" >"$saved/changed"
  cat "$saved/changed" >"$file"
}

step "Taking away what an earlier run has written"
for file in config/nginx/http_restapi.conf config/nginx/https_restapi.conf "$override"; do
  if [ -f "$file" ]; then change "$file" sed "/$mark\$/d"; fi
done
# A file that held nothing else was ours.
if [ -f "$override" ] && ! grep -q '[^[:space:]]' "$override"; then rm "$override"; fi

if [ -z "$undo" ]; then
  # Compose takes one override file, and ours may not be the one.
  for other in compose.override.yml compose.override.yaml docker-compose.override.yaml; do
    [ ! -e "$other" ] || fail "there is $other: rename it to $override, then run this again"
  done

  # The server runs as user 39000, who must be able to read the release.
  closed=$(
    find "$release" -prune -type d ! -perm -o=rx
    find "$release/www" "$release/deploy" \( ! -perm -o=r -o -type d ! -perm -o=x \) 2>/dev/null | head -n 1
  )
  [ -z "$closed" ] || fail "not everybody may read $closed: chmod -R o+rX '$release'"

  step "Including $release/deploy/nginx.conf in $conf"
  [ "$(grep -c '^[[:space:]]*location /api/ {' "$conf")" -eq 1 ] ||
    fail "$conf has no place for it: a server with one line 'location /api/ {'"
  change "$conf" awk -v mark="$mark" -v exporter="$exporter" '
    /^[[:space:]]*location \/api\/ \{/ {
      match($0, /^[[:space:]]*/)
      indent = substr($0, 1, RLENGTH)
      printf "%sset $dq_exporter \"%s:9726\"; %s\n", indent, exporter, mark
      # Patterns, which may match nothing: init-deployment.sh copies this file to where nginx looks, and
      # that copy must not stop it once the release is not mounted any more.
      printf "%sinclude /srv/dioptra-queues*/deploy/dioptra/workers.conf; %s\n", indent, mark
      printf "%sinclude /srv/dioptra-queues*/deploy/nginx.conf; %s\n", indent, mark
    }
    { print }'

  if [ ! -e "$settings" ]; then
    step "Writing $settings, which is yours to change"
    made_settings=yes
    cp "$default" "$settings"
    chmod o+r "$settings"
  fi
  # Docker makes a folder of a file that is missing when it is mounted.
  [ -f "$settings" ] || fail "$settings is no file: take it away, then run this again"

  # The networks of the nginx service, as the file lists them.
  networks=$(awk -v service="$service" '
    /^  [^ #]/ { inside = $0 ~ "^  " service ":"; listed = 0 }
    inside && /^    [^ #]/ { listed = $0 ~ /^    networks:/ }
    inside && listed && /^ *- / { sub(/^ *- */, ""); gsub(/"/, ""); print }
  ' docker-compose.yml | tr '\n' ' ')
  step "Mounting the release and $conf into $service, and adding $exporter, in $override"
  [ -f "$override" ] || : >"$override"
  ! grep -q '^services:[[:space:]]*[^[:space:]#]' "$override" ||
    fail "$override has its services in one line: put them into lines of their own"
  ! grep -q '^[[:space:]]*volumes:[[:space:]]*\[' "$override" ||
    fail "$override has volumes in one line: put them into lines of their own"
  change "$override" awk -v mark="$mark" -v service="$service" -v release="$release" -v conf="$conf" \
    -v exporter="$exporter" -v redis="$redis" -v networks="$networks" -v settings="$settings" '
    # One more line, of this indentation.
    function add(indent, text) { printf "%*s%s %s\n", indent, "", text, mark }
    function quoted(text) { gsub(/["\\]/, "\\\\&", text); return "\"" text "\"" }
    function volumes(indent) {
      add(indent, "- " quoted(release ":/srv/dioptra-queues:ro"))
      add(indent, "- " quoted("./" settings ":/srv/dioptra-queues/www/queues-ui/config.json:ro"))
      add(indent, "- " quoted("./" conf ":/etc/nginx/conf.d/" substr(conf, 14) ":ro"))
    }
    # What knows Redis: read-only, and for nginx alone.
    function workers(indent,    i, all, count) {
      add(indent, exporter ":")
      add(indent + 2, "image: \"mdawar/rq-exporter:v3.1.0\"")
      # Only when it is named: a deployment that cannot get the image starts all the same.
      add(indent + 2, "profiles: [\"workers\"]")
      add(indent + 2, "restart: always")
      add(indent + 2, "command: [\"--redis-url\", \"redis://" redis ":6379/0\"]")
      count = split(networks, all, " ")
      if (count) add(indent + 2, "networks:")
      for (i = 1; i <= count; i++) add(indent + 4, "- " quoted(all[i]))
    }
    function indent_of(text) { match(text, /^ */); return RLENGTH }
    function is_key(text) { return text !~ /^[[:space:]]*(#|$)/ }
    { line[NR] = $0 }
    END {
      # Where services, the service, and its volumes stand, and how deep.
      for (i = 1; i <= NR; i++) {
        if (!is_key(line[i])) continue
        depth = indent_of(line[i])
        if (depth == 0) { in_services = line[i] ~ /^services:/; in_service = 0; if (in_services) at_services = i; continue }
        if (in_services && !inner) inner = depth
        if (in_services && depth == inner) {
          in_service = line[i] ~ "^ *[\"\047]?" service "[\"\047]?:"
          if (in_service) { at_service = i; deeper = 0 }
          continue
        }
        if (in_service && !deeper) deeper = depth
        if (in_service && depth == deeper && line[i] ~ /^ *volumes:/) {
          at_volumes = i
          for (j = i + 1; j <= NR && !is_key(line[j]); j++);
          first = j <= NR && line[j] ~ /^ *- / ? indent_of(line[j]) : depth + 2
        }
      }
      if (!inner) inner = 2
      if (!deeper) deeper = inner + 2
      for (i = 1; i <= NR; i++) {
        print line[i]
        if (i == at_services) workers(inner)
        if (i == at_volumes) volumes(first)
        else if (i == at_service && !at_volumes) { add(deeper, "volumes:"); volumes(deeper + 2) }
        else if (i == at_services && !at_service) { add(inner, service ":"); add(inner + 2, "volumes:"); volumes(inner + 4) }
      }
      if (!at_services) { add(0, "services:"); workers(2); add(2, service ":"); add(4, "volumes:"); volumes(6) }
    }'
fi

step "Asking docker compose whether the files can be read"
docker compose config --quiet || fail "docker compose can't read them"
case $undo$(docker compose config 2>/dev/null) in
  yes* | '' | *"/srv/dioptra-queues"*) ;;
  *) fail "docker compose does not read $override: if COMPOSE_FILE is set, perhaps in .env, name it there too" ;;
esac

step "Asking nginx whether it starts with them (nginx -t)"
docker compose run --rm --no-deps -T --entrypoint nginx "$service" -t ||
  fail "nginx would not start with them; Dioptra's own services must run while it is asked"

step "Starting $service anew"
started=yes
docker compose up -d --no-deps --force-recreate "$service" || fail "docker compose could not start $service"
if [ -z "$undo" ]; then
  step "Starting $exporter, which says what Redis knows of the workers"
  # The rest works without it; the image may have to be brought by hand.
  docker compose up -d --no-deps "$exporter" ||
    echo "install.sh: $exporter did not start: workers are not shown until it does" >&2
elif [ -f "$saved/$override" ]; then
  # Compose knows it by the file as it was.
  COMPOSE_FILE="docker-compose.yml:$saved/$override" docker compose rm --force --stop "$exporter" >/dev/null 2>&1 ||
    true
fi

if [ -n "$undo" ]; then
  if cmp -s "$settings" "$default"; then
    rm "$settings"
  elif [ -f "$settings" ]; then
    step "Leaving $settings, which somebody has changed"
  fi
  echo "Done: the queue manager is out of this deployment. The release can be deleted: $release"
else
  echo "Done: the queues are at /queues-ui/ of this Dioptra. To undo: $0 --undo $(pwd)"
fi
