import type { TLSSocket } from 'node:tls'

/*
 * With TLS 1.3 a client has finished its handshake before the server has looked at the client's certificate (RFC 8446,
 * section 4.4): a request that goes out at once may meet a refusal, and then nobody can say what became of it. A
 * server that has accepted sends a session ticket in its next breath. So where a refusal is to be feared, with a
 * client certificate or as long as nothing was ever accepted, a connection is used only after that ticket.
 *
 * Servers exist that send none. They get as much time as the handshake took, which was at least one round trip. Others,
 * such as Node's own, send it and close in the same breath, so a ticket has to stand for a moment.
 */

const minWaitMs = 20
const maxWaitMs = 500
const afterTicketMs = 5

const closed =
  'no secure connection to the server: it closed right after the TLS handshake; if it wants a client certificate, check tls.cert and tls.key for this server'

/** What is known of a server's mind about this client. */
export class Acceptance {
  readonly #hasClientCertificate: boolean
  #wasSeen = false

  constructor(hasClientCertificate: boolean) {
    this.#hasClientCertificate = hasClientCertificate
  }

  /** Whether a new connection has to wait for its acceptance. */
  isInDoubt(socket: TLSSocket): boolean {
    return (this.#hasClientCertificate || !this.#wasSeen) && socket.getProtocol() === 'TLSv1.3'
  }

  /**
   * Calls `onDone` once: without an error when the connection may be used.
   *
   * @param handshakeMs how long the handshake took
   */
  wait(socket: TLSSocket, handshakeMs: number, onDone: (error: Error | null) => void): void {
    let isDone = false
    const end = (error: Error | null): void => {
      if (isDone) return
      isDone = true
      clearTimeout(timer)
      socket.off('session', onTicket).off('error', end).off('close', onClose)
      this.#wasSeen ||= error === null
      onDone(error)
    }
    // Not at once: what is written in the middle of a read stays in the buffer.
    const onTicket = (): void => {
      clearTimeout(timer)
      timer = setTimeout(end, afterTicketMs, null).unref()
    }
    const onClose = (): void => end(new Error(closed))
    let timer = setTimeout(end, Math.min(Math.max(handshakeMs, minWaitMs), maxWaitMs), null).unref()
    socket.once('session', onTicket).once('error', end).once('close', onClose)
  }
}
