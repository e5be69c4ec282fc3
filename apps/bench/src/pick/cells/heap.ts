/** Collects all garbage. @throws Error without `--expose-gc` */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('the process was started without --expose-gc')
  globalThis.gc()
}

/** Bytes in use after a collection: JavaScript's heap, and what array buffers hold outside of it. */
export function usedBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
