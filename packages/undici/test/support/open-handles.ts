import { createHook } from 'node:async_hooks'

import { onTestFinished } from 'vitest'

const ownSource = new URL('../../src/', import.meta.url).pathname
/* A TLS socket is a TCP socket here: its own wrapper only goes when it is collected. */
const kinds = /^(?:Timeout|TCPWRAP|TCPCONNECTWRAP|GETADDRINFOREQWRAP)$/u

/**
 * Watches the timers and sockets that the sources of this package open from now on, those too that do not keep the
 * process alive. The function that comes back says which of them are open.
 */
export function watchHandles(): () => string[] {
  const open = new Map<number, string>()
  const hook = createHook({
    init: (id, kind) => {
      if (kinds.test(kind) && isOwn()) open.set(id, kind)
    },
    destroy: (id) => void open.delete(id),
  }).enable()
  onTestFinished(() => void hook.disable())
  return () => [...open.values()].toSorted()
}

function isOwn(): boolean {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error('who opens this?')
  Error.stackTraceLimit = stackTraceLimit
  return stack.includes(ownSource)
}
