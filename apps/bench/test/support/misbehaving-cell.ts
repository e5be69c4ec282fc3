/** What a cell can do wrong. */
export interface Misbehaviour {
  readonly how: 'answers' | 'throws' | 'exits' | 'crashes' | 'hangs'
}

const ways: Readonly<Record<Misbehaviour['how'], () => unknown>> = {
  answers: () => ({ pid: process.pid }),
  throws: () => {
    throw new Error('the peer has no such method')
  },
  exits: () => process.exit(3),
  crashes: () => process.kill(process.pid, 'SIGKILL'),
  hangs: () => {
    for (;;);
  },
}

export function measureCell({ how }: Misbehaviour): unknown {
  return how === 'crashes' ? (ways.crashes(), new Promise(() => undefined)) : ways[how]()
}
