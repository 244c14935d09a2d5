import type { Clock, StateCode } from '@comity/kernel';

/**
 * When the next thing is due in each State, as last seen: lets a worker sleep until then instead of polling faster. A
 * hint only: what was set since by another process is found at the next poll.
 */
export class NextDue {
  private readonly at = new Map<StateCode, number>();

  constructor(private readonly clock: Clock) {}

  saw(state: StateCode, next: Date | null): void {
    if (next) this.at.set(state, next.getTime());
    else this.at.delete(state);
  }

  inMs(): number | undefined {
    return this.at.size === 0 ? undefined : Math.max(0, Math.min(...this.at.values()) - this.clock.now().getTime());
  }
}
