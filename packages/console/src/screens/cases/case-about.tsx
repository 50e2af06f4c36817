/** What a case is about, with the ways to where that is: product, findings, devices, advisories. */
import { to } from '../../addresses.ts'
import type { CaseInFull } from '../../api/operator-api.gen.ts'
import { may } from '../../live/me.ts'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { FindingLinks } from './finding-links.tsx'

export function CaseAbout({ of }: { readonly of: CaseInFull }) {
  const { product, cves, versions, fixedVersion, kind, zone } = of
  const filter = versions.length === 0 ? undefined : `version in (${versions.join(', ')})`
  const moments = [
    [say('cases.openedAt'), of.openedAt],
    [say('cases.firstSignalAt'), of.firstSignalAt],
    [say('cases.awareAt'), of.awareAt],
    [say('cases.occurredAt'), of.occurredAt],
    [say('cases.measureAvailableAt'), of.measureAvailableAt],
    [say('cases.closed'), of.closedAt],
  ] as const
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{say('cases.aboutCase')}</h2>
      <dl class="facts">
        <dt>{say('cases.kind')}</dt>
        <dd>{say(`cases.kind_${kind}`)}</dd>
        <dt>{say('console.product')}</dt>
        <dd>
          <a href={to.product(product)}>{product}</a>
        </dd>
        {cves.length > 0 && (
          <>
            <dt>{say('cases.cves')}</dt>
            <dd>
              {cves.map((cve) => (
                <span key={cve}>
                  {may('finding.read', product) ? (
                    <FindingLinks product={product} vulnerability={cve} />
                  ) : (
                    cve
                  )}{' '}
                </span>
              ))}
            </dd>
          </>
        )}
        {versions.length > 0 && (
          <>
            <dt>{say('cases.versions')}</dt>
            <dd>
              {versions.join(', ')}
              {may('device.read', product) && (
                <>
                  {' · '}
                  <a href={to.fleet(product, { filter })}>{say('cases.devices')}</a>
                </>
              )}
            </dd>
          </>
        )}
        {fixedVersion !== undefined && (
          <>
            <dt>{say('cases.fixedVersion')}</dt>
            <dd>
              <a href={to.release(product, fixedVersion)}>{fixedVersion}</a>
            </dd>
          </>
        )}
        {may('advisory.read', product) && (
          <>
            <dt>{say('screens.advisories')}</dt>
            <dd>
              <a href={to.advisories(product)}>{say('cases.advisories')}</a>
            </dd>
          </>
        )}
        <dt>{say('cases.zone')}</dt>
        <dd>{zone}</dd>
        {moments.map(
          ([name, at]) =>
            at !== undefined && (
              <>
                <dt key={name}>{name}</dt>
                <dd>
                  <Time at={at} isExact />
                </dd>
              </>
            ),
        )}
      </dl>
    </section>
  )
}
