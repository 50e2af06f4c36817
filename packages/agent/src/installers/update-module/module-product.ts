/** What an update module installed runs by itself; on trial it is tested, then the module commits. */
import { codeOf } from '@fleetward/shared'
import type { Product, SelfTestOutcome, SlotContents } from '../../ports.ts'
import type { UpdateModuleBootloader } from './update-module-bootloader.ts'

export class ModuleProduct implements Product {
  readonly #product: Product
  readonly #bootloader: Pick<UpdateModuleBootloader, 'commitArtifact'>

  /** `product` tests what the system runs. */
  constructor(product: Product, bootloader: Pick<UpdateModuleBootloader, 'commitArtifact'>) {
    this.#product = product
    this.#bootloader = bootloader
  }

  start(contents: SlotContents): Promise<void> {
    return this.#product.start(contents)
  }

  stop(): Promise<void> {
    return this.#product.stop()
  }

  async selfTest(
    contents: SlotContents,
    options: { signal: AbortSignal },
  ): Promise<SelfTestOutcome> {
    const outcome = await this.#product.selfTest(contents, options)
    if (!outcome.passed || options.signal.aborted) return outcome
    try {
      await this.#bootloader.commitArtifact()
      return outcome
    } catch (error) {
      const failure = codeOf(error)
      if (failure === undefined) throw error
      return { passed: false, code: 'SELF_TEST_FAILED', facts: failure.facts }
    }
  }
}
