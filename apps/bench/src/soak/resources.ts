/* What keeps a process, by the names that Node gives. The channel to whoever asks is no part of what is soaked. */

const channel = 'PipeWrap'
const sockets = new Set(['TCPSocketWrap', 'TCPConnectWrap'])

/** Everything of these but the channel to the parent. */
export function ownResources(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== channel)
}

/** How many connections there are, and how much else. */
export function countResources(names: readonly string[]): { readonly sockets: number; readonly otherHandles: number } {
  const own = ownResources(names)
  const connections = own.filter((name) => sockets.has(name)).length
  return { sockets: connections, otherHandles: own.length - connections }
}
