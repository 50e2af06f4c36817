import type { Settings } from '../settings.ts'

const HTTPS_PORT = 443

/** Origin of the public listener by the settings file: its first name, and the port that it listens on. */
export function publicBaseOf({ host }: Pick<Settings, 'host'>, port: number): string {
  const [name = 'localhost'] = host
  const written = name.includes(':') ? `[${name}]` : name
  return port === HTTPS_PORT ? `https://${written}` : `https://${written}:${port}`
}
