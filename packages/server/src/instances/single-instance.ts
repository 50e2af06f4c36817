/** The only server of its database: it leads, and its bells ring in the same process. */
import { type Bell, type Instances, Listeners } from './instances.ts'

export class SingleInstance implements Instances {
  readonly #listeners = new Listeners()

  leads(): boolean {
    return true
  }

  watch(listener: (leads: boolean) => void): () => void {
    return this.#listeners.watch(listener)
  }

  ring(bell: Bell): void {
    this.#listeners.rang(bell)
  }

  onRing(bell: Bell, listener: () => void): () => void {
    return this.#listeners.onRing(bell, listener)
  }

  async stop(): Promise<void> {}
}
