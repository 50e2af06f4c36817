/** Reads the settings file; whatever is wrong with it is a {@link SettingsError} that names the file. */
import { readFile } from 'node:fs/promises'
import { parseSettings, type Settings, SettingsError } from './settings.ts'

export async function readSettings(file: string): Promise<Settings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SettingsError([`${file} cannot be read: ${reason}`])
  }
  try {
    return parseSettings(JSON.parse(text))
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new SettingsError(error.mistakes.map((mistake) => `${file}: ${mistake}`))
    }
    throw new SettingsError([`${file} is not JSON: ${error instanceof Error ? error.message : ''}`])
  }
}
