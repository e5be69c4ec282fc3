/** How much is measured. */
export interface Plan {
  readonly rounds: number
  /** Of whole seconds under load, which are the noisiest. */
  readonly loadRounds: number
  readonly secondsPerRound: number
  readonly warmUpSeconds: number
  readonly bytesPerRound: number
  readonly servers: readonly number[]
  readonly connections: readonly number[]
  readonly bodies: readonly number[]
  readonly workers: readonly number[]
}

const sizes = {
  servers: [3, 10, 100, 1_000, 10_000],
  connections: [64, 256, 1_024],
  bodies: [0, 1_024, 65_536, 1_048_576, 10_000_000],
  workers: [1, 2],
}

/** The plan of a short or a full run. */
export function makePlan(isFull: boolean): Plan {
  return isFull
    ? { ...sizes, rounds: 7, loadRounds: 9, secondsPerRound: 5, warmUpSeconds: 10, bytesPerRound: 1_000_000_000 }
    : { ...sizes, rounds: 3, loadRounds: 5, secondsPerRound: 2, warmUpSeconds: 4, bytesPerRound: 120_000_000 }
}

/** How many measurements there are, over all sizes and rounds. */
export function roundsOf({ rounds, loadRounds, servers, connections, bodies, workers }: Plan): number {
  return rounds * (servers.length + bodies.length) + loadRounds * (connections.length + workers.length)
}
