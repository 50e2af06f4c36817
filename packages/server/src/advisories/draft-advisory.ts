/**
 * What an advisory can say before anybody has written a word: what a finding, its decisions, the releases and the
 * reports from outside hold already. Texts of feeds and strangers are cleaned on their way in.
 */
import {
  type AdvisoryContent,
  type AdvisoryVulnerability,
  scoreOfVector,
} from '@fleetward/vulnerability'
import { plainLine, plainText } from '../disclosure/plain-text.ts'
import type { Report } from '../disclosure/report.ts'
import { answersOf, isSpared } from '../findings/answers.ts'
import type { Finding } from '../findings/finding.ts'
import type { Stores } from '../stores.ts'
import { ADVISORY_LIMITS } from './advisory-text.ts'
import { fixesOf } from './fixes.ts'

export const EMPTY_CONTENT: AdvisoryContent = {
  ...{ title: '', summary: '', impact: '', action: '', tlp: 'WHITE' },
  ...{ vulnerabilities: [], credits: [], references: [] },
}

export async function draftFrom(
  stores: Pick<Stores, 'findings' | 'statements' | 'releases'>,
  {
    finding,
    reports,
  }: { readonly finding: Finding | undefined; readonly reports: readonly Report[] },
  now: number,
): Promise<AdvisoryContent> {
  const credits = reports
    .filter(({ creditName }) => creditName !== '')
    .map(({ creditName }) => ({ name: creditName, organization: '' }))
  if (finding === undefined) {
    const title = plainLine(reports[0]?.title ?? '').slice(0, ADVISORY_LIMITS.lineCharacters)
    return { ...EMPTY_CONTENT, title, credits }
  }
  const { vulnerability, action } = await vulnerabilityOf(stores, finding, now)
  const { name, componentName } = finding
  return {
    ...EMPTY_CONTENT,
    title: `${name} in ${plainLine(componentName)}`.slice(0, ADVISORY_LIMITS.lineCharacters),
    summary: vulnerability.description,
    ...{ action, credits, vulnerabilities: [vulnerability] },
    references: [name, ...vulnerability.aliases].flatMap(referenceTo),
  }
}

async function vulnerabilityOf(
  stores: Pick<Stores, 'findings' | 'statements' | 'releases'>,
  finding: Finding,
  now: number,
): Promise<{ readonly vulnerability: AdvisoryVulnerability; readonly action: string }> {
  const { product, name, names, vector = '', isExploited } = finding
  const releases = await stores.releases.ofProduct(product)
  const published = new Set(releases.map(({ release }) => release.version))
  // What is staged was matched too, and is nobody's business before it is published.
  const seen = (await stores.findings.releases(finding.id)).filter(({ version }) =>
    published.has(version),
  )
  const said = await stores.statements.about(product, names)
  const answers = answersOf(finding, seen, said, now)
  const spared = answers.filter(isSpared).map(({ version }) => version)
  const verdicts = answers.flatMap(({ decision: { counts } }) => counts?.verdict ?? [])
  const seenIn = [...new Set(seen.map(({ version }) => version))].toSorted()
  const affected = seenIn.filter((version) => !spared.includes(version))
  // A release that is signed to fix it, and in which it was found, does not.
  const fixed = fixesOf(names, releases).filter((version) => !affected.includes(version))
  const summary = plainText(finding.summary).slice(0, ADVISORY_LIMITS.textCharacters)
  return {
    vulnerability: {
      ...{ name, isExploited, affected, fixed, weakness: '' },
      aliases: names.filter((one) => one !== name).slice(0, ADVISORY_LIMITS.aliases),
      description: summary === '' ? `${name} in ${plainLine(finding.componentName)}.` : summary,
      component: plainLine(finding.componentName).slice(0, ADVISORY_LIMITS.lineCharacters),
      vector: scoreOfVector(vector) === undefined ? '' : vector,
    },
    action: verdicts.find((verdict) => verdict.status === 'affected')?.action ?? '',
  }
}

function referenceTo(name: string) {
  if (name.startsWith('CVE-')) {
    return [{ summary: name, url: `https://www.cve.org/CVERecord?id=${name}` }]
  }
  return name.startsWith('GHSA-')
    ? [{ summary: name, url: `https://github.com/advisories/${name}` }]
    : []
}
