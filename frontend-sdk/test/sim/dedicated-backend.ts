// A real server that serves one simulation at a time. The simulation can run its retention, back it up and restore it.

import type { Answer, ArrivedRequest } from "./model/server";
import { RealBackend } from "./real-backend";
import { runServerCommand } from "./server-commands";

export class DedicatedBackend extends RealBackend {
  #isDown = false;
  readonly #underWay = new Set<Promise<Answer>>();

  override async answer(arrived: ArrivedRequest): Promise<Answer> {
    if (this.#isDown) throw new TypeError("connection refused");
    const answer = super.answer(arrived);
    this.#underWay.add(answer);
    return answer.finally(() => this.#underWay.delete(answer));
  }

  runRetention(): Promise<void> {
    return runServerCommand("sweep");
  }

  async backup(): Promise<unknown> {
    await this.halt();
    await runServerCommand("backup");
    this.#isDown = false;
    return "latest";
  }

  /** Waits for the requests under way and refuses later ones. */
  async halt(): Promise<void> {
    this.#isDown = true;
    await Promise.allSettled(this.#underWay);
    this.forgetConnections();
  }

  async restore(): Promise<void> {
    await runServerCommand("restore");
    this.#isDown = false;
  }
}
