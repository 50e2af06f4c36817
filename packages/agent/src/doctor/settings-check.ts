/** Whether the settings can be used at all: all their mistakes at once, before anything else is looked at. */
import { type Settings, SettingsError } from '../settings.ts'
import { ok, wrong } from './check.ts'
import { type Examined, found } from './examine.ts'

export const settingsValid = {
  id: 'settings-valid',
  what: 'The settings have no mistake.',
  why: 'An agent whose settings have one does not start.',
}

export interface LoadedSettings {
  /** undefined: there is nothing that could be looked at. */
  readonly settings?: Settings
  readonly finding: Examined
}

export async function loadToExamine(load: () => Promise<Settings>): Promise<LoadedSettings> {
  try {
    const settings = await load()
    return { settings, finding: found(settingsValid, ok(settings.file)) }
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    const mistakes = error.mistakes.map(({ path, problem }) => `${path} ${problem}`)
    const next = error.mistakes.map(({ path, example }) => `${path}: ${example}`)
    const told = wrong(mistakes.join('; '), `for example ${next.join(', ')}`)
    return { finding: found(settingsValid, told) }
  }
}
