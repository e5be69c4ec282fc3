import { join } from 'node:path'
import type { ProgramContestant, Site } from './contestant.ts'

/* One process, connections to the servers kept, no access log: the same conditions as for the others. */

export const nginx: ProgramContestant = {
  name: 'nginx',
  kind: 'peer',
  runsIn: 'program',
  program: 'nginx',
  given: (file, { folder }) => ['-p', folder, '-c', file, '-e', 'stderr'],
  configuration: ({ port, servers, folder }: Site) => `daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  upstream payments {
    ${servers.map((origin) => `server ${new URL(origin).host};`).join('\n    ')}
    keepalive 128;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://payments;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
}
