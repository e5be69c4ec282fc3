import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/* Backpressure shows as a writer that cannot go on: every buffer between it and a reader who does not read is full. */

const quietMs = 250
const pieceBytes = 65_536

/** Writes until nothing has been taken for a while, or all of it has. `rest` writes what is left. */
export async function writeUntilStalled(
  socket: Socket,
  bytes: Uint8Array,
): Promise<{ readonly writtenBytes: number; readonly rest: () => Promise<void> }> {
  let from = 0
  const writePiece = (): boolean => {
    const piece = bytes.subarray(from, from + pieceBytes)
    from += piece.length
    return socket.write(piece)
  }
  while (from < bytes.length) {
    if (writePiece()) continue
    const drained = once(socket, 'drain').then(() => true)
    if (!(await Promise.race([drained, sleep(quietMs, false)]))) break
  }
  const writtenBytes = from
  const rest = async (): Promise<void> => {
    if (socket.writableNeedDrain) await once(socket, 'drain')
    while (from < bytes.length) if (!writePiece()) await once(socket, 'drain')
  }
  return { writtenBytes, rest }
}
