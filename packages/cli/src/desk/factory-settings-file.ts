/** Factory settings as they come to the desk: held against what devices will read, before anybody signs. */
import { type FactorySettings, parseFactorySettings, TrustError } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'

export const FACTORY_SETTINGS_NAME = 'factory-settings.json'

/** The settings in force, what the file leaves out included. */
export function requireFactorySettings(bytes: Uint8Array, path: string): FactorySettings {
  try {
    return parseFactorySettings(bytes)
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause
    const { field = '', expected = 'strict JSON' } = cause.facts
    const where = field === '' ? '' : `: ${field} must be ${expected}`
    throw new Refusal('FACTORY_SETTINGS_INVALID', `Devices would refuse ${path}${where}`, {
      next: 'Correct the field. docs/secure-defaults.md lists all of them with their defaults.',
      facts: { file: path, ...cause.facts },
      cause,
    })
  }
}
