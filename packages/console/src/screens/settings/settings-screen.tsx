/** Settings, one part an address: people and roles, tokens, webhooks, feeds, keys and their ages, mail, the server. */
import type { JSX } from 'preact'
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { Parts } from '../../pieces/screen/parts.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { say } from '../../words/say.tsx'
import { FeedsPart } from './feeds/feeds-part.tsx'
import { KeysPart } from './keys/keys-part.tsx'
import { MailPart } from './mail-part.tsx'
import { SETTINGS, type SettingsPartId } from './parts.ts'
import { PeoplePart } from './people/people-part.tsx'
import { ServerPart } from './server-part.tsx'
import './settings.css'
import { TokensPart } from './tokens/tokens-part.tsx'
import { WebhooksPart } from './webhooks/webhooks-part.tsx'

const SHOWN: Readonly<Record<SettingsPartId, () => JSX.Element>> = {
  ...{ people: PeoplePart, tokens: TokensPart, webhooks: WebhooksPart, feeds: FeedsPart },
  ...{ keys: KeysPart, mail: MailPart, server: ServerPart },
}

export function SettingsScreen() {
  const { params } = useRoute()
  const parts = SETTINGS.filter(({ isFor }) => isFor())
  const part = params.part === undefined ? parts[0] : parts.find(({ id }) => id === params.part)
  const Shown = part === undefined ? undefined : SHOWN[part.id]
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
        <>
          <p>{say(params.part === undefined ? 'settings.nothing' : 'console.notFound')}</p>
          {params.part !== undefined && <p>{say('console.notFoundNext')}</p>}
        </>
      ) : (
        <Shown />
      )}
    </Screen>
  )
}
