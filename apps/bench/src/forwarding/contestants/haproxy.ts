import type { ProgramContestant } from './contestant.ts'

/* One thread, connections to the servers kept, no log: the same conditions as for the others. */

export const haproxy: ProgramContestant = {
  name: 'haproxy',
  kind: 'peer',
  runsIn: 'program',
  program: 'haproxy',
  given: (file) => ['-db', '-q', '-f', file],
  configuration: ({ port, servers }) => `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend callers
  bind 127.0.0.1:${port}
  default_backend payments
backend payments
  balance roundrobin
${servers.map((origin, index) => `  server s${index} ${new URL(origin).host}`).join('\n')}
`,
}
