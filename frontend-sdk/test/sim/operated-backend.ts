// A real server that serves this simulation alone, so that it can be swept, and goes away for a backup and comes back from one.

import type { Answer, Arrived } from "./model/server";
import { order } from "./operator";
import { RealBackend } from "./real-backend";

export class OperatedBackend extends RealBackend {
  #isAway = false;
  readonly #underWay = new Set<Promise<Answer>>();

  override async answer(arrived: Arrived): Promise<Answer> {
    if (this.#isAway) throw new TypeError("connection refused");
    const answer = super.answer(arrived);
    this.#underWay.add(answer);
    return answer.finally(() => this.#underWay.delete(answer));
  }

  sweep(): Promise<void> {
    return order("sweep");
  }

  async backup(): Promise<unknown> {
    await this.halt();
    await order("backup");
    this.#isAway = false;
    return "the newest";
  }

  /** What has arrived is answered; from here on nobody gets through. */
  async halt(): Promise<void> {
    this.#isAway = true;
    await Promise.allSettled(this.#underWay);
    this.forgetConnections();
  }

  async restore(): Promise<void> {
    await order("restore");
    this.#isAway = false;
  }
}
