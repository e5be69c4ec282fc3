import { VirtualClock } from './virtual-clock.ts'

/** A virtual clock whose wall time can be set: what an operator or NTP does to a machine. */
export class JumpingClock extends VirtualClock {
  jumpedMs = 0

  override wallTime(): number {
    return super.wallTime() + this.jumpedMs
  }
}
