/** What an API's process says when it is asked. */
export interface Usage {
  /** User and system time so far, of all its workers. */
  readonly cpuMicroseconds: number
  /** The most resident memory so far, of the process that is asked. */
  readonly peakMib: number
}

/** That of this process, without workers. */
export function ownUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMicroseconds: user + system, peakMib: process.resourceUsage().maxRSS / 1_024 }
}
