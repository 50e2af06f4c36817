/** What a device was asked to do, and asking it to look for updates now. What resets or erases it is asked elsewhere. */
import { call } from '../../../api/call.ts'
import type { Command, Device } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { zoneOf } from '../device-standing.ts'
import { Card } from './card.tsx'

const AGAIN_SECONDS = 10
const SHOWN_COUNT = 8

export function CommandsCard({ device }: { readonly device: Device }) {
  const { product, id, revokedAt } = device
  const path = { product, device: id }
  const doing = useDoing()
  const asked = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/devices/{device}/commands', { path, signal })).value,
    [product, id],
    { events: ['device.*'], everySeconds: AGAIN_SECONDS },
  )
  const checkNow = () =>
    doing.run(async () => {
      await call('POST /products/{product}/devices/{device}/commands', {
        ...{ path, body: { command: 'check-now' } },
      })
      announce(say('device.asked'))
      asked.again()
    })
  return (
    <Card title={say('device.commands')}>
      {may('device.command', product) && revokedAt === undefined && (
        <div class="row">
          <button type="button" disabled={doing.isBusy} onClick={() => void checkNow()}>
            {say('device.command-check-now')}
          </button>
        </div>
      )}
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <Loaded asked={asked}>
        {(commands) =>
          commands.length === 0 ? (
            <p class="quiet">{say('device.noCommands')}</p>
          ) : (
            <ul class="stack plain-list">
              {commands.slice(0, SHOWN_COUNT).map((command) => (
                <li key={command.id}>
                  {commandWords(command)}{' '}
                  <Tag tone={command.state === 'sent' ? 'quiet' : 'waits'}>
                    {say(command.state === 'sent' ? 'device.commandSent' : 'device.commandWaits')}
                  </Tag>{' '}
                  <Time at={command.sentAt ?? command.createdAt} deviceZone={zoneOf(device)} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

function commandWords({ command, arguments: given }: Command): string {
  const words = sayIfKnown('device', `command-${command}`) ?? command
  return typeof given.cohort === 'string' ? `${words}: ${given.cohort}` : words
}
