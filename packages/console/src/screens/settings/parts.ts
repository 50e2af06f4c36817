/** The parts of the settings, each at its own address, and who is led there. */
import { may, mayAnywhere } from '../../live/me.ts'

export const SETTINGS = [
  { id: 'people', isFor: () => may('account.read') },
  { id: 'tokens', isFor: () => mayAnywhere('token.own') },
  { id: 'webhooks', isFor: () => mayAnywhere('webhook.manage') },
  { id: 'feeds', isFor: () => mayAnywhere('finding.read') },
  { id: 'keys', isFor: () => may('server.read') },
  { id: 'mail', isFor: () => mayAnywhere('session.own') },
  { id: 'server', isFor: () => may('server.read') },
] as const

export type SettingsPartId = (typeof SETTINGS)[number]['id']
