import { longestStandstillMs } from '../scenario.ts'
import type { World } from '../world.ts'

/** A server stands still for a while. What it accepts meanwhile it executes afterwards. */
export function pauseServer(world: World): void {
  const server = world.dice.oneOf([...world.servers.values()])
  world.trace.note('server pauses', 0, server.id)
  server.pause()
  world.timeline.after(world.dice.between(50, longestStandstillMs), () => {
    world.trace.note('server resumes', 0, server.id)
    server.resume()
  })
}

/** A server dies, and is started again. */
export function killServer(world: World): void {
  const server = world.dice.oneOf([...world.servers.values()])
  world.trace.note('server dies', 0, server.id)
  server.kill()
  world.timeline.after(world.dice.between(50, 5_000), () => server.resume())
}
