/** All migrations, in order. One that has been released is never edited; the next one follows. */
import type { Migration } from 'kysely/migration'
import { productsReleasesRollouts } from './0001-products-releases-rollouts.ts'
import { devices } from './0002-devices.ts'
import { activityLogs } from './0003-activity-logs.ts'
import { fleetMigration } from './0004-fleet.ts'
import { accounts } from './0005-accounts.ts'
import { auditAndEvents } from './0006-audit-and-events.ts'
import { stagedRollouts } from './0007-staged-rollouts.ts'
import { commandClaims } from './0008-command-claims.ts'
import { signIn } from './0009-sign-in.ts'
import { secrets } from './0010-secrets.ts'
import { brokerInboxes } from './0011-broker-inboxes.ts'
import { disclosure } from './0012-disclosure.ts'
import { productLaw } from './0013-product-law.ts'
import { feedsAndFindings } from './0014-feeds-and-findings.ts'
import { cases } from './0015-cases.ts'
import { gate } from './0016-gate.ts'
import { terms } from './0017-terms.ts'
import { exposure } from './0018-exposure.ts'
import { advisories } from './0019-advisories.ts'
import { mail } from './0020-mail.ts'
import { productRecords } from './0021-product-records.ts'
import { dossiers } from './0022-dossiers.ts'
import { feedSources } from './0023-feed-sources.ts'
import { broughtFiles } from './0024-brought-files.ts'
import { feedMostRecords } from './0025-feed-most-records.ts'
import { feedSigners } from './0026-feed-signers.ts'
import { declaredStandards } from './0027-declared-standards.ts'
import { reporterMails } from './0028-reporter-mails.ts'
import { feedSourceGenerations } from './0029-feed-source-generations.ts'
import { connections } from './0030-connections.ts'
import { memberEnds } from './0031-member-ends.ts'
import { ownersChoices } from './0032-owners-choices.ts'
import { feedTroubles } from './0033-feed-troubles.ts'

export const migrations: Record<string, Migration> = {
  '0001-products-releases-rollouts': productsReleasesRollouts,
  '0002-devices': devices,
  '0003-activity-logs': activityLogs,
  '0004-fleet': fleetMigration,
  '0005-accounts': accounts,
  '0006-audit-and-events': auditAndEvents,
  '0007-staged-rollouts': stagedRollouts,
  '0008-command-claims': commandClaims,
  '0009-sign-in': signIn,
  '0010-secrets': secrets,
  '0011-broker-inboxes': brokerInboxes,
  '0012-disclosure': disclosure,
  '0013-product-law': productLaw,
  '0014-feeds-and-findings': feedsAndFindings,
  '0015-cases': cases,
  '0016-gate': gate,
  '0017-terms': terms,
  '0018-exposure': exposure,
  '0019-advisories': advisories,
  '0020-mail': mail,
  '0021-product-records': productRecords,
  '0022-dossiers': dossiers,
  '0023-feed-sources': feedSources,
  '0024-brought-files': broughtFiles,
  '0025-feed-most-records': feedMostRecords,
  '0026-feed-signers': feedSigners,
  '0027-declared-standards': declaredStandards,
  '0028-reporter-mails': reporterMails,
  '0029-feed-source-generations': feedSourceGenerations,
  '0030-connections': connections,
  '0031-member-ends': memberEnds,
  '0032-owners-choices': ownersChoices,
  '0033-feed-troubles': feedTroubles,
}
