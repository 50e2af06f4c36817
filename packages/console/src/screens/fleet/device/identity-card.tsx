/** The identity of a device: its certificate, and the chain of what it told. */
import type { Device } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { numberWords, say, sayIfKnown } from '../../../words/say.tsx'
import { zoneOf } from '../device-standing.ts'
import { shownText } from '../shown-text.ts'
import { Card, Facts } from './card.tsx'

export function IdentityCard({ device }: { readonly device: Device }) {
  const { certificate, revokedAt, reports, log } = device
  const zone = zoneOf(device)
  return (
    <Card title={say('device.identity')}>
      <Facts
        facts={[
          {
            name: say('device.certificate'),
            value:
              certificate === undefined ? (
                say('device.noCertificate')
              ) : (
                <code>{certificate.serial}</code>
              ),
          },
          certificate && {
            name: say('device.validUntil'),
            value: <Time at={certificate.notAfter} isExact deviceZone={zone} />,
          },
          revokedAt === undefined
            ? undefined
            : {
                name: say('device.revokedAt'),
                value: <Time at={revokedAt} isExact deviceZone={zone} />,
              },
          { name: say('device.reports'), value: numberWords(reports.last) },
          { name: say('device.reportsMissing'), value: numberWords(reports.missing) },
          { name: say('device.reportsUnchained'), value: numberWords(reports.unchained) },
          { name: say('device.reportsRefused'), value: numberWords(reports.refused) },
          log && { name: say('device.log'), value: numberWords(log.seq) },
          log && log.off.length > 0
            ? { name: say('device.logOff'), value: log.off.map(classWords).join(', ') }
            : undefined,
        ]}
      />
    </Card>
  )
}

/** A class that this page does not know stands as the device named it. */
function classWords(name: string): string {
  return sayIfKnown('device', `class-${name}`) ?? shownText(name)
}
