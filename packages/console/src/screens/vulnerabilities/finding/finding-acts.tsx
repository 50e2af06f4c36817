/** What comes after a finding: telling the public, telling the authorities, and mending the devices. */

import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Exposure, FindingInFull } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { say } from '../../../words/say.tsx'

export interface FindingActsProps {
  readonly product: string
  readonly finding: FindingInFull
  readonly exposure: Exposure | undefined
}

type Act = 'advisory' | 'case'
const CVE = /^CVE-\d{4}-\d{4,19}$/

export function FindingActs({ product, finding, exposure }: FindingActsProps) {
  const { route } = useLocation()
  const [act, setAct] = useState<Act>()
  const fix = exposure?.fix?.version
  const draft = async () => {
    const { value } = await call('POST /products/{product}/advisories', {
      ...{ path: { product }, body: { finding: finding.id } },
    })
    route(to.advisory(product, value.id))
  }
  const open = async () => {
    const { value } = await call('POST /cases', {
      body: {
        ...{ product, kind: 'vulnerability' as const },
        title: `${finding.vulnerability}: ${finding.summary}`.slice(0, 200).trim(),
        cves: finding.names.filter((name) => CVE.test(name)),
        versions: [...new Set(finding.answers.map(({ version }) => version))],
        ...(fix === undefined ? {} : { fixedVersion: fix }),
      },
    })
    route(to.case(value.id))
  }
  return (
    <>
      {may('advisory.manage', product) && (
        <button type="button" class="first" onClick={() => setAct('advisory')}>
          {say('vulnerabilities.makeAdvisory')}
        </button>
      )}
      {may('case.manage', product) && (
        <button type="button" onClick={() => setAct('case')}>
          {say('vulnerabilities.openCase')}
        </button>
      )}
      {fix !== undefined && (
        <a class="button" href={to.release(product, fix)}>
          {say('vulnerabilities.theFix', { version: fix })}
        </a>
      )}
      {fix !== undefined && may('rollout.plan', product) && (
        <a class="button" href={to.newRollout(product, { release: fix })}>
          {say('vulnerabilities.planRollout')}
        </a>
      )}
      {act === 'advisory' && (
        <Confirm
          title={say('vulnerabilities.makeAdvisory')}
          act={say('vulnerabilities.draft')}
          onConfirm={draft}
          onClose={() => setAct(undefined)}
        >
          <p>{say('vulnerabilities.draftText')}</p>
        </Confirm>
      )}
      {act === 'case' && (
        <Confirm
          title={say('vulnerabilities.openCase')}
          act={say('vulnerabilities.openCase')}
          onConfirm={open}
          onClose={() => setAct(undefined)}
        >
          <p>{say('vulnerabilities.openCaseText')}</p>
        </Confirm>
      )}
    </>
  )
}
