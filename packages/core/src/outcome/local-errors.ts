/**
 * System error codes by which this machine says that it could not do its part: no socket, no memory, no network. No
 * server is to blame for them. They are words for health and for messages, never evidence of what was sent.
 */
export const localErrorCodes: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EPERM',
])
