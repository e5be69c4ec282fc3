import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** On what and when a run was made: figures mean nothing without it. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGib: number
  readonly platform: string
  readonly node: string
  readonly v8: string
  /** How many processes wanted a core in the minute before the run. */
  readonly loadAverage: number
  readonly date: string
}

/** The machine and the moment. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    date: new Date().toISOString(),
  }
}

/** The lines above a report, with a warning where figures cannot be steady. */
export function machineLines(machine: Machine): readonly string[] {
  const { processor, cores, memoryGib, platform, node, v8, loadAverage, date } = machine
  return [
    `machine  ${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGib} GiB, ${platform}; load ${loadAverage}`,
    `node     ${node}, V8 ${v8}`,
    `date     ${date}`,
    ...(cores === 1 ? ['warning  one core only: whatever else runs takes its time from the figures'] : []),
    ...(loadAverage > cores ? ['warning  the machine is busy: look at the spread, and trust ratios only'] : []),
  ]
}
