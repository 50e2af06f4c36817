/** Settings, one part an address: people and roles, tokens, webhooks, feeds, keys and their ages, mail, the server. */
import type { JSX } from 'preact'
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { may, mayAnywhere } from '../../live/me.ts'
import { Parts } from '../../pieces/parts.tsx'
import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'
import { FeedsPart } from './feeds-part.tsx'
import { KeysPart } from './keys-part.tsx'
import { MailPart } from './mail-part.tsx'
import { PeoplePart } from './people-part.tsx'
import { ServerPart } from './server-part.tsx'
import './settings.css'
import { TokensPart } from './tokens-part.tsx'
import { WebhooksPart } from './webhooks-part.tsx'

interface Part {
  readonly id: 'people' | 'tokens' | 'webhooks' | 'feeds' | 'keys' | 'mail' | 'server'
  readonly show: () => JSX.Element
  readonly isFor: () => boolean
}

const PARTS: readonly Part[] = [
  { id: 'people', show: PeoplePart, isFor: () => may('account.read') },
  { id: 'tokens', show: TokensPart, isFor: () => mayAnywhere('token.own') },
  { id: 'webhooks', show: WebhooksPart, isFor: () => mayAnywhere('webhook.manage') },
  { id: 'feeds', show: FeedsPart, isFor: () => mayAnywhere('finding.read') },
  { id: 'keys', show: KeysPart, isFor: () => may('server.read') },
  { id: 'mail', show: MailPart, isFor: () => mayAnywhere('session.own') },
  { id: 'server', show: ServerPart, isFor: () => may('server.read') },
]

export function SettingsScreen() {
  const { params } = useRoute()
  const parts = PARTS.filter(({ isFor }) => isFor())
  const part = params.part === undefined ? parts[0] : parts.find(({ id }) => id === params.part)
  const Shown = part?.show
  return (
    <Screen
      title={say('screens.settings')}
      about={<a href="/account">{say('settings.ownWays')}</a>}
    >
      <Parts
        label={say('screens.settings')}
        parts={parts.map(({ id }) => ({
          name: say(`settings.${id}`),
          href: to.settings(id),
          isHere: id === part?.id,
        }))}
      />
      {Shown === undefined ? (
        <p>{say(params.part === undefined ? 'settings.nothing' : 'console.notFound')}</p>
      ) : (
        <Shown />
      )}
    </Screen>
  )
}
