/**
 * U-Boot's environment through `fw_printenv` and `fw_setenv`. All variables of one change go through
 * one call, and with two copies (two lines in fw_env.config) that is atomic: the copy in use stays as
 * it is until the other one is complete.
 */
import { DeviceError } from '@fleetward/shared'
import type { BootVariableStore, BootVariables } from './boot-choice.ts'
import { runBootTool } from './boot-tool.ts'

export interface UBootEnvironmentOptions {
  /** fw_env.config. */
  readonly config: string
  readonly printTool: string
  readonly setTool: string
}

export class UBootEnvironment implements BootVariableStore {
  readonly #options: UBootEnvironmentOptions

  constructor(options: UBootEnvironmentOptions) {
    this.#options = options
  }

  async read(names: readonly string[]): Promise<BootVariables> {
    const { printTool, config } = this.#options
    // All of them: asked for one that is not set, one version of the tool fails and another answers `name=`.
    const text = await runBootTool({ program: printTool, words: ['-c', config] })
    return variablesIn(text, names)
  }

  async write(variables: BootVariables): Promise<void> {
    const { setTool, config } = this.#options
    const lines = Array.from(variables, ([name, value]) => `${name}=${value}\n`)
    await runBootTool({ program: setTool, words: ['-c', config, '-s', '-'], input: lines.join('') })
  }
}

/** Lines of `name=value`, of which only `names` matter. */
export function variablesIn(text: string, names: readonly string[]): BootVariables {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    const name = line.slice(0, Math.max(0, at))
    if (!names.includes(name)) continue
    // A value with a line feed could pass as a variable of ours.
    if (found.has(name)) throw new DeviceError('BOOTLOADER_FAILED', { reason: 'twice', name })
    found.set(name, line.slice(at + 1))
  }
  return found
}
