/** What a sign is made of, in a sentence with links to where it was seen. */
import { to } from '../../../addresses.ts'
import type { CaseSuggestion } from '../../../api/operator-api.gen.ts'
import { say, sayWith } from '../../../words/say.tsx'

export function SuggestionFacts({ of }: { readonly of: CaseSuggestion }) {
  const { facts, product } = of
  if ('vulnerability' in facts) {
    const [first] = facts.findings
    return (
      <p>
        {sayWith('cases.exploitedFacts', {
          vulnerability:
            first === undefined ? (
              facts.vulnerability
            ) : (
              <a href={to.finding(product, first)}>{facts.vulnerability}</a>
            ),
          components: facts.components.join(', '),
        })}
      </p>
    )
  }
  return (
    <p>
      {say('cases.reportedFacts', { devices: facts.devices, reports: facts.reports })}{' '}
      {Object.entries(facts.refusals).map(([code, count]) => (
        <span key={code}>
          <code>{code}</code> × {count}{' '}
        </span>
      ))}
      {facts.examples.map((device) => (
        <span key={device}>
          <a href={to.device(product, device)}>{device}</a>{' '}
        </span>
      ))}
    </p>
  )
}
