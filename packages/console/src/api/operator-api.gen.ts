/** Made by `npm run console:types` from the OpenAPI document of the server. Not edited by hand. */

export type NewProduct = {
  readonly id: string
  readonly gate?: NewGatePolicy
}

export type NewGatePolicy = {
  readonly mode?: "enforced" | "advisory"
  readonly threshold?: "critical" | "high" | "medium" | "low" | "none"
  readonly evidence?: readonly ("sarif" | "junit" | "test-report" | "pentest" | "ai-review" | "arch-review" | "other")[]
  readonly riskAssessment?: boolean
  readonly reason?: string
}

export type ProductFacts = {
  readonly name?: string
  readonly manufacturer?: {
    readonly name: string
    readonly postalAddress: string
    readonly email: string
    readonly contact?: string
    readonly website?: string
  }
  readonly singlePointOfContact?: {
    readonly address: string
    readonly policyUrl: string
  }
  readonly economicRole?: "manufacturer" | "steward" | "importer" | "distributor" | "none"
  readonly identification?: {
    readonly model: string
    readonly batchScheme?: string
    readonly serialScheme?: string
    readonly further?: string
  }
  readonly intendedPurpose?: string
  readonly securityEnvironment?: string
  readonly essentialFunctions?: readonly (string)[]
  readonly securityProperties?: readonly (string)[]
  readonly users?: readonly (string)[]
  readonly misuseRisks?: readonly (string)[]
  readonly memberStates?: readonly ("AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK")[]
  readonly establishments?: {
    readonly decisionsTakenIn?: "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "none"
    readonly mostEmployeesIn?: "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "none"
    readonly representativeIn?: "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "none"
    readonly importerIn?: "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "none"
    readonly distributorIn?: "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GR" | "HR" | "HU" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "none"
  }
  readonly scope?: {
    readonly answers?: {
      readonly isProduct?: {
        readonly answer: boolean
        readonly note?: string
      }
      readonly isConnected?: {
        readonly answer: boolean
        readonly note?: string
      }
      readonly isCommercial?: {
        readonly answer: boolean
        readonly note?: string
      }
      readonly hasRemoteProcessing?: {
        readonly answer: boolean
        readonly note?: string
      }
      readonly isFreeSoftware?: {
        readonly answer: boolean
        readonly note?: string
      }
    }
    readonly exclusion?: "none" | "medical-devices" | "in-vitro-diagnostics" | "motor-vehicles" | "category-l-vehicles" | "civil-aviation" | "marine-equipment" | "spare-parts" | "defence-or-security"
    readonly note?: string
  }
  readonly classification?: {
    readonly class: "default" | "important-1" | "important-2" | "critical"
    readonly category?: "III-I-1" | "III-I-2" | "III-I-3" | "III-I-4" | "III-I-5" | "III-I-6" | "III-I-7" | "III-I-8" | "III-I-9" | "III-I-10" | "III-I-11" | "III-I-12" | "III-I-13" | "III-I-14" | "III-I-15" | "III-I-16" | "III-I-17" | "III-I-18" | "III-I-19" | "III-II-1" | "III-II-2" | "III-II-3" | "III-II-4" | "IV-1" | "IV-2" | "IV-3"
  }
  readonly conformity?: {
    readonly procedure: "A" | "B+C" | "H" | "certification"
    readonly notifiedBody?: {
      readonly name: string
      readonly number: string
      readonly certificate?: string
    }
  }
  readonly supportPeriod?: {
    readonly starts: string
    readonly ends: string
    readonly reasoning: string
    readonly expectedUseMonths: number
    readonly shorterBecause?: string
  }
  readonly securitySupport?: string
  readonly updatePolicy?: {
    readonly automatic: boolean
    readonly because?: string
  }
  readonly instructions?: {
    readonly commissioning?: string
    readonly changes?: string
    readonly updates?: string
    readonly decommissioning?: string
    readonly turnOffAutomatic?: string
    readonly integration?: string
  }
  readonly sbomUrl?: string
  readonly declaration?: {
    readonly object?: string
    readonly legislation?: readonly (string)[]
    readonly url?: string
    readonly place?: string
    readonly signedOn?: string
    readonly signedBy?: string
    readonly function?: string
  }
  readonly declaredStandards?: readonly ({
    readonly title: string
    readonly version: string
    readonly isCited: boolean
    readonly isAppliedInFull: boolean
  })[]
  readonly pictures?: readonly (string)[]
  readonly design?: readonly (string)[]
  readonly vulnerabilityHandling?: readonly (string)[]
  readonly production?: readonly (string)[]
  readonly testReports?: readonly (string)[]
  readonly notApplicable?: {
    readonly "manufacturer.website"?: string
    readonly "declaration.url"?: string
    readonly sbomUrl?: string
    readonly "instructions.integration"?: string
    readonly declaredStandards?: string
    readonly "conformity.notifiedBody"?: string
    readonly pictures?: string
    readonly "identification.further"?: string
  }
}

export type NewRisk = {
  readonly id: string
  readonly asset: string
  readonly actor: "curious" | "criminal" | "insider" | "competitor" | "supplier" | "state" | "nobody"
  readonly threat: string
  readonly stride: "spoofing" | "tampering" | "repudiation" | "information-disclosure" | "denial-of-service" | "elevation-of-privilege"
  readonly vulnerability: string
  readonly likelihood: "low" | "medium" | "high"
  readonly impact: "low" | "medium" | "high"
  readonly safetyImpact: "none" | "low" | "medium" | "high"
  readonly treatment: "avoid" | "mitigate" | "transfer" | "accept"
  readonly measure: string
  readonly residual: "low" | "medium" | "high"
  readonly owner: string
  readonly stage: "planning" | "design" | "development" | "production" | "delivery" | "maintenance"
  readonly evidence?: readonly (string)[]
  readonly tests?: readonly (string)[]
}

export type RiskChange = {
  readonly asset?: string
  readonly actor?: "curious" | "criminal" | "insider" | "competitor" | "supplier" | "state" | "nobody"
  readonly threat?: string
  readonly stride?: "spoofing" | "tampering" | "repudiation" | "information-disclosure" | "denial-of-service" | "elevation-of-privilege"
  readonly vulnerability?: string
  readonly likelihood?: "low" | "medium" | "high"
  readonly impact?: "low" | "medium" | "high"
  readonly safetyImpact?: "none" | "low" | "medium" | "high"
  readonly treatment?: "avoid" | "mitigate" | "transfer" | "accept"
  readonly measure?: string
  readonly residual?: "low" | "medium" | "high"
  readonly owner?: string
  readonly stage?: "planning" | "design" | "development" | "production" | "delivery" | "maintenance"
  readonly evidence?: readonly (string)[]
  readonly tests?: readonly (string)[]
}

export type NewRiskAssessment = {
  readonly reviewer: string
  readonly nextReviewOn: string
  readonly note?: string
}

export type RequirementAnswer = {
  readonly applies: boolean
  readonly justification?: string
  readonly assessment?: number
  readonly how?: string
  readonly evidence?: {
    readonly addresses?: readonly (string)[]
    readonly tests?: readonly (string)[]
    readonly risks?: readonly (string)[]
    readonly files?: readonly (string)[]
  }
  readonly openPoints?: readonly ({
    readonly what: string
    readonly owner?: string
    readonly due?: string
  })[]
  readonly owner?: string
}

export type NewComponentReviews = {
  readonly components?: readonly (string)[]
  readonly supplier?: string
  readonly review: ComponentReviewWords
}

export type ComponentReviewWords = {
  readonly decision: "accepted" | "accepted-for-now" | "refused"
  readonly support: "supported" | "ended" | "unknown"
  readonly supportEnds?: string
  readonly updates: "regular" | "rare" | "none" | "unknown"
  readonly knownHoles: string
  readonly licence: string
  readonly ceMarking: "marked" | "not-marked" | "not-applicable"
  readonly maintainer?: string
  readonly securityPolicy?: string
  readonly integrity?: string
  readonly reviewer: string
  readonly nextReviewOn: string
  readonly note?: string
}

export type InformationPublication = {
  readonly isPublic: boolean
  readonly language?: string
}

export type NewStandard = {
  readonly id: string
  readonly kind: "harmonised-standard" | "common-specification" | "certification-scheme" | "other"
  readonly title: string
  readonly edition: string
  readonly isAppliedInFull: boolean
  readonly partsApplied?: string
  readonly isCited: boolean
  readonly citation?: string
  readonly covers: readonly ("I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8")[]
  readonly supersededBy?: string
  readonly supersededOn?: string
}

export type StandardWords = {
  readonly kind: "harmonised-standard" | "common-specification" | "certification-scheme" | "other"
  readonly title: string
  readonly edition: string
  readonly isAppliedInFull: boolean
  readonly partsApplied?: string
  readonly isCited: boolean
  readonly citation?: string
  readonly covers: readonly ("I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8")[]
  readonly supersededBy?: string
  readonly supersededOn?: string
}

export type NewDataUse = {
  readonly id: string
  readonly what: string
  readonly about: "owner" | "other-person" | "device" | "operator"
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: string
  readonly retention: string
  readonly isOnByDefault: boolean
  readonly recipients?: readonly (string)[]
  readonly legalBasis?: string
  readonly risks?: readonly (string)[]
}

export type DataUseWords = {
  readonly what: string
  readonly about: "owner" | "other-person" | "device" | "operator"
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: string
  readonly retention: string
  readonly isOnByDefault: boolean
  readonly recipients?: readonly (string)[]
  readonly legalBasis?: string
  readonly risks?: readonly (string)[]
}

export type NewUpstreamReport = {
  readonly id: string
  readonly component: string
  readonly vulnerability: string
  readonly finding?: string
  readonly state: "planned" | "sent" | "acknowledged" | "fixed" | "rejected" | "not-needed"
  readonly recipient?: string
  readonly reportBy?: string
  readonly sentOn?: string
  readonly answerBy?: string
  readonly answeredOn?: string
  readonly answer?: string
  readonly text?: string
  readonly patches?: readonly (string)[]
  readonly reason?: string
}

export type UpstreamReportWords = {
  readonly component: string
  readonly vulnerability: string
  readonly finding?: string
  readonly state: "planned" | "sent" | "acknowledged" | "fixed" | "rejected" | "not-needed"
  readonly recipient?: string
  readonly reportBy?: string
  readonly sentOn?: string
  readonly answerBy?: string
  readonly answeredOn?: string
  readonly answer?: string
  readonly text?: string
  readonly patches?: readonly (string)[]
  readonly reason?: string
}

export type NewRollout = {
  readonly release: string
  readonly cohort: string
  readonly share?: number
  readonly plan?: RolloutPlan
  readonly policy?: NewPolicy
  readonly loosened?: {
    readonly reason: string
  }
  readonly notice?: Notice
  readonly start?: boolean
  readonly emergency?: {
    readonly reason: string
  }
}

export type RolloutPlan = {
  readonly groups: readonly (RolloutGroup)[]
  readonly pace?: {
    readonly kind: "fixed"
    readonly devicesPerMinute: number
  } | {
    readonly kind: "exponential"
    readonly startPerMinute: number
    readonly factor: number
    readonly everySuccesses: number
    readonly maxPerMinute: number
  }
  readonly bytesPerMinute?: number
  readonly start?: {
    readonly at?: number
    readonly cron?: {
      readonly expression: string
      readonly zone: string
    }
  }
  readonly window?: {
    readonly weekdays: readonly (number)[]
    readonly from: string
    readonly to: string
    readonly zone: string
  }
  readonly urgency?: "soft" | "deadline" | "forced"
  readonly priority?: number
  readonly silenceSeconds?: number
  readonly returnTo?: string
}

export type RolloutGroup = {
  readonly name: string
  readonly members: {
    readonly share: number
  } | {
    readonly count: number
  } | {
    readonly filter: string
  } | {
    readonly rest: true
  }
  readonly success?: {
    readonly share?: number
    readonly minimum?: number
    readonly soakSeconds?: number
    readonly afterwards?: "next" | "pause"
  }
  readonly error?: {
    readonly share?: number
    readonly minimum?: number
  }
}

export type NewPolicy = {
  readonly apply?: "automatic" | "ask"
  readonly notBefore?: number
  readonly deadline?: number | null
  readonly postponeUpTo?: number
  readonly spread?: number
  readonly retryAfter?: number
}

export type Notice = {
  readonly summary: string
  readonly severity?: "none" | "low" | "medium" | "high" | "critical"
  readonly advisories?: readonly (string)[]
  readonly url?: string
}

export type WidenRollout = {
  readonly share: number
}

export type NewDeadline = {
  readonly deadline: number | null
  readonly reason?: string
}

export type ApprovalRule = {
  readonly count: number
  readonly roles: readonly ("viewer" | "operator" | "releaseManager" | "securityOfficer" | "auditor" | "administrator")[]
}

export type DeadlinePolicy = {
  readonly exploited: number | null
  readonly critical: number | null
  readonly high: number | null
  readonly medium: number | null
  readonly low: number | null
}

export type EntitlementGiven = {
  readonly devices: readonly (string)[]
  readonly until: number | null
}

export type ReleaseEntitlement = {
  readonly entitlement: string | null
}

export type FindingDecision = {
  readonly status: "not_affected"
  readonly justification: "component_not_present" | "vulnerable_code_not_present" | "vulnerable_code_not_in_execute_path" | "vulnerable_code_cannot_be_controlled_by_adversary" | "inline_mitigations_already_exist"
  readonly note?: string
  readonly releases?: readonly (string)[]
} | {
  readonly status: "affected"
  readonly action: string
  readonly note?: string
  readonly releases?: readonly (string)[]
} | {
  readonly status: "fixed"
  readonly inVersion: string
  readonly note?: string
  readonly releases?: readonly (string)[]
} | {
  readonly status: "under_investigation"
  readonly note?: string
  readonly releases?: readonly (string)[]
} | {
  readonly status: "accepted"
  readonly acceptedBy: string
  readonly reason: string
  readonly until: number
  readonly action: string
  readonly note?: string
  readonly releases?: readonly (string)[]
}

export type GateCheck = {
  readonly threshold?: "critical" | "high" | "medium" | "low" | "none"
}

export type GatePolicyChange = {
  readonly mode?: "enforced" | "advisory"
  readonly threshold?: "critical" | "high" | "medium" | "low" | "none"
  readonly evidence?: readonly ("sarif" | "junit" | "test-report" | "pentest" | "ai-review" | "arch-review" | "other")[]
  readonly riskAssessment?: boolean
  readonly reason: string
}

export type NewGateWaiver = {
  readonly version: string
  readonly code: "FEED_MISSING" | "FEED_NOT_FRESH" | "NOT_MATCHED" | "MATCHED_WITH_OLDER_FEEDS" | "EXPLOITED" | "UNANSWERED" | "AFFECTED" | "FIX_MISSING" | "EVIDENCE_MISSING" | "EVIDENCE_FAILED" | "RISK_ASSESSMENT_MISSING" | "RISK_ASSESSMENT_OVERDUE" | "BASE_MISSING" | "BASE_NOT_ROLLED_OUT" | "MORE_THAN_FIXES" | "FIX_BEHIND_ENTITLEMENT"
  readonly finding?: string
  readonly about?: string
  readonly reason: string
  readonly until: number
}

export type NewCase = {
  readonly product: string
  readonly kind: "vulnerability" | "incident"
  readonly title: string
  readonly cves?: readonly (string)[]
  readonly versions?: readonly (string)[]
  readonly fixedVersion?: string
  readonly zone?: string
  readonly firstSignalAt?: number
  readonly isDrill?: boolean
  readonly at?: number
}

export type CaseAct = {
  readonly type: "noted"
  readonly text: string
  readonly at?: number
} | {
  readonly type: "exploitedMarked"
  readonly evidence: string
  readonly since?: number
  readonly at?: number
} | {
  readonly type: "severeMarked"
  readonly evidence: string
  readonly since?: number
  readonly at?: number
} | {
  readonly type: "markTakenBack"
  readonly reason: string
  readonly at?: number
} | {
  readonly type: "awarenessSet"
  readonly awareAt: number
  readonly evidence: string
  readonly at?: number
} | {
  readonly type: "measureAvailable"
  readonly availableAt: number
  readonly measure: string
  readonly at?: number
} | {
  readonly type: "submitted"
  readonly stage: "earlyWarning" | "notification" | "finalReport"
  readonly submittedAt: number
  readonly reference: string
  readonly includesNotification?: boolean
  readonly proofSha256?: string
  readonly values?: CaseFieldValues
  readonly at?: number
} | {
  readonly type: "intermediateRequested"
  readonly requestedBy: string
  readonly dueAt?: number
  readonly at?: number
} | {
  readonly type: "intermediateSubmitted"
  readonly request: number
  readonly submittedAt: number
  readonly reference: string
  readonly proofSha256?: string
  readonly at?: number
} | {
  readonly type: "corrected"
  readonly correction: {
    readonly of: "awareAt" | "measureAvailableAt" | "occurredAt"
    readonly to: number
  } | {
    readonly of: "submission"
    readonly stage: "earlyWarning" | "notification" | "finalReport"
    readonly submittedAt: number
    readonly reference: string
  }
  readonly reason: string
  readonly at?: number
} | {
  readonly type: "fieldsSet"
  readonly values: CaseFieldValues
  readonly at?: number
} | {
  readonly type: "severityAnswered"
  readonly question: "protectionAffected" | "protectionCapable" | "codeLed" | "codeCapable"
  readonly answer: "yes" | "no" | "unknown"
  readonly reason: string
  readonly at?: number
} | {
  readonly type: "scopeSet"
  readonly cves?: readonly (string)[]
  readonly versions?: readonly (string)[]
  readonly fixedVersion?: string
  readonly at?: number
} | {
  readonly type: "usersTold"
  readonly audience: "impacted" | "product" | "all"
  readonly text: string
  readonly channel: string
  readonly at?: number
} | {
  readonly type: "closed"
  readonly reason: string
  readonly at?: number
}

export type CaseFieldValues = {
  readonly notificationType?: string
  readonly title?: string
  readonly summary?: string
  readonly manufacturerName?: string
  readonly productName?: string
  readonly productVersion?: string
  readonly productType?: string
  readonly productClass?: string
  readonly productCategory?: string
  readonly endOfSupport?: string
  readonly componentName?: string
  readonly measureExpected?: string
  readonly userAction?: string
  readonly sensitivity?: string
  readonly measuresTaken?: string
  readonly userMeasures?: string
  readonly attackVector?: string
  readonly cveId?: string
  readonly euvdId?: string
  readonly generalInformation?: string
  readonly updateDetails?: string
  readonly severity?: string
  readonly impact?: string
  readonly maliciousActor?: string
  readonly exceptionalCircumstances?: string
  readonly furtherInformation?: string
  readonly suspectedMalicious?: string
  readonly nature?: string
  readonly mitigation?: string
  readonly rootCause?: string
  readonly initialAssessment?: string
  readonly memberStates?: readonly (string)[]
  readonly delayReason?: readonly (string)[]
  readonly awareAt?: number
  readonly occurredAt?: number
  readonly measureAvailableAt?: number
}

export type CaseSuggestionTakenUp = {
  readonly title?: string
  readonly answers?: {
    readonly protectionAffected?: {
      readonly answer: "yes" | "no" | "unknown"
      readonly reason: string
    }
    readonly protectionCapable?: {
      readonly answer: "yes" | "no" | "unknown"
      readonly reason: string
    }
    readonly codeLed?: {
      readonly answer: "yes" | "no" | "unknown"
      readonly reason: string
    }
    readonly codeCapable?: {
      readonly answer: "yes" | "no" | "unknown"
      readonly reason: string
    }
  }
}

export type CaseSuggestionDismissed = {
  readonly reason: string
}

export type NewAdvisory = {
  readonly finding?: string
  readonly reports?: readonly (string)[]
  readonly title?: string
  readonly summary?: string
  readonly impact?: string
  readonly action?: string
  readonly tlp?: "WHITE" | "GREEN" | "AMBER" | "RED"
  readonly vulnerabilities?: readonly (AdvisoryVulnerability)[]
  readonly credits?: readonly ({
    readonly name: string
    readonly organization?: string
  })[]
  readonly references?: readonly ({
    readonly summary: string
    readonly url: string
  })[]
}

export type AdvisoryVulnerability = {
  readonly name: string
  readonly aliases?: readonly (string)[]
  readonly description?: string
  readonly component?: string
  readonly weakness?: string
  readonly vector?: string
  readonly isExploited?: boolean
  readonly affected?: readonly (string)[]
  readonly fixed?: readonly (string)[]
}

export type AdvisoryChange = {
  readonly title?: string
  readonly summary?: string
  readonly impact?: string
  readonly action?: string
  readonly tlp?: "WHITE" | "GREEN" | "AMBER" | "RED"
  readonly vulnerabilities?: readonly (AdvisoryVulnerability)[]
  readonly credits?: readonly ({
    readonly name: string
    readonly organization?: string
  })[]
  readonly references?: readonly ({
    readonly summary: string
    readonly url: string
  })[]
  readonly reports?: readonly (string)[]
}

export type AdvisoryHold = {
  readonly reason: string
  readonly until: number
}

export type AdvisoryPublication = {
  readonly when?: "now" | "fixed"
  readonly change?: string
  readonly withoutFixBecause?: string
}

export type AdvisoryWithdrawal = {
  readonly reason: string
}

export type VexPublication = {
  readonly change?: string
}

export type DisclosureSettingsChange = {
  readonly organisation?: string
  readonly contacts?: readonly (string)[]
  readonly publicUrl?: string
  readonly policyUrl?: string
  readonly languages?: readonly (string)[]
  readonly encryptionUrl?: string
  readonly publicKey?: string
  readonly acknowledgmentsUrl?: string
  readonly bounty?: boolean
  readonly acknowledgeHours?: number
  readonly assessHours?: number
  readonly publishDays?: number
}

export type VulnerabilityReportChange = {
  readonly product?: string | ""
  readonly assignee?: string | ""
  readonly isEmbargoed?: boolean
  readonly creditName?: string
}

export type VulnerabilityReportMove = {
  readonly state: "received" | "acknowledged" | "confirmed" | "duplicate" | "invalid" | "fixing" | "fixed" | "published" | "closed"
  readonly duplicateOf?: string
  readonly answer?: string
}

export type VulnerabilityReportMessage = {
  readonly kind?: "answer" | "note"
  readonly text: string
}

export type DossierOrder = Record<never, never>

export type DeclarationSignature = {
  readonly name: string
  readonly function: string
  readonly place: string
  readonly date: string
  readonly textSha256: string
}

export type DeclarationPublication = {
  readonly isPublic: boolean
  readonly number?: number
}

export type NewWebhook = {
  readonly url: string
  readonly types: readonly (string)[]
  readonly description?: string
}

export type WebhookChange = {
  readonly url?: string
  readonly types?: readonly (string)[]
  readonly description?: string
  readonly state?: "enabled" | "disabled"
  readonly from?: "stopped" | "now"
}

export type WebhookSecretRotation = {
  readonly overlapSeconds?: number
}

export type MailTest = {
  readonly to: string
}

export type MailTopicsOff = {
  readonly off: readonly ("deadline-near" | "newly-exploited" | "disclosure-overdue" | "support-ending")[]
}

export type BreakGlassCode = {
  readonly code: string
  readonly as?: "token" | "session"
}

export type NewAccount = {
  readonly kind: "person"
  readonly name: string
  readonly login: string
  readonly grants?: readonly (NewGrant)[]
  readonly breakGlass?: boolean
} | {
  readonly kind: "service"
  readonly name: string
  readonly owner: string
  readonly grants?: readonly (NewGrant)[]
}

export type NewGrant = {
  readonly role: "viewer" | "operator" | "releaseManager" | "securityOfficer" | "auditor" | "administrator"
  readonly product: "*" | string
}

export type AccountEdit = {
  readonly name?: string
  readonly login?: string
  readonly owner?: string
  readonly disabled?: boolean
}

export type NewApiToken = {
  readonly name: string
  readonly scopes: readonly ("product.read" | "product.create" | "product.manage" | "device.read" | "device.command" | "device.manage" | "device.erase" | "enrolment.create" | "release.read" | "release.publish" | "release.withdraw" | "rollout.read" | "rollout.plan" | "rollout.control" | "rollout.approve" | "rollout.emergency" | "deadline.loosen" | "webhook.manage" | "disclosure.read" | "disclosure.manage" | "advisory.read" | "advisory.manage" | "finding.read" | "finding.decide" | "gate.manage" | "evidence.add" | "feed.import" | "feed.manage" | "case.read" | "case.manage" | "mail.manage" | "dossier.read" | "dossier.build" | "declaration.sign" | "audit.read" | "account.read" | "account.manage" | "token.own" | "session.own" | "server.read" | "server.manage")[]
  readonly product: "*" | string
  readonly validSeconds?: number
}

export type KeyRotation = {
  readonly stolen?: boolean
}

export type KeyRetirement = {
  readonly evenDevices?: boolean
}

export type NewCohort = {
  readonly name: string
  readonly description?: string
}

export type CohortChange = {
  readonly description: string
}

export type CohortRules = {
  readonly rules: readonly ({
    readonly cohort: string
    readonly filter: string
  })[]
}

export type NewFilter = {
  readonly name: string
  readonly filter: string
  readonly description?: string
}

export type FilterChange = {
  readonly name?: string
  readonly filter?: string
  readonly description?: string
}

export type DeviceChange = {
  readonly cohort?: string
  readonly pinned?: boolean
  readonly test?: boolean
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>
}

export type NewQuarantine = {
  readonly reason: string
}

export type NewCommand = {
  readonly command: "check-now"
  readonly arguments?: Record<never, never>
} | {
  readonly command: "assign"
  readonly arguments: {
    readonly cohort: string
  }
} | {
  readonly command: "factory-reset"
  readonly arguments?: {
    readonly level?: "settings" | "factory"
  }
} | {
  readonly command: "erase"
  readonly arguments?: Record<never, never>
}

export type NewEnrolmentToken = {
  readonly cohort: string
  readonly device?: string
  readonly validSeconds?: number
}

export type BulkChange = {
  readonly filter?: string
  readonly saved?: string
  readonly devices?: readonly (string)[]
  readonly change?: DeviceChange
  readonly quarantine?: NewQuarantine
  readonly release?: true
  readonly dryRun?: boolean
  readonly expect?: number
  readonly after?: string
}

export type NewExpectedDevice = {
  readonly id: string
  readonly cohort?: string
  readonly pinned?: boolean
  readonly test?: boolean
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  readonly again?: boolean
  readonly token?: {
    readonly validSeconds?: number
  }
}

export type Problem = {
  readonly type: string
  readonly status: number
  readonly title: string
  readonly code: string
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  readonly reasons?: readonly ({
    readonly code: string
    readonly sentence: string
  })[]
}

export type Attention = {
  readonly asOf: number
  readonly matters: readonly (MatterCaseDue | MatterExploitedExposure | MatterCaseSuggested | MatterRolloutHalted | MatterRolloutStuck | MatterRolloutWaits | MatterReportUnanswered | MatterReporterWaits | MatterApprovalWaiting | MatterEmergencyUnseen | MatterDevicesSilent | MatterDevicesFlapping | MatterDevicesSuspected | MatterDevicesCorrupt | MatterMetadataExpiring | MatterMetadataToSign | MatterCertificateExpiring | MatterFeedUnwell | MatterFeedsMissing | MatterWaiverEnding | MatterAdvisoryUnpublished | MatterSupportEnding)[]
  readonly more: readonly ({
    readonly kind: MatterKind
    readonly count: number
  })[]
  readonly lookedAt: readonly (MatterKind)[]
  readonly notPermitted: readonly (MatterKind)[]
  readonly failed: readonly (MatterKind)[]
}

export type MatterCaseDue = {
  readonly kind: "caseDue"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly case: string
  }
  readonly facts: {
    readonly title: string
    readonly caseKind: "vulnerability" | "incident"
    readonly stage: "earlyWarning" | "notification" | "finalReport" | "intermediate"
    readonly isOverdue: boolean
    readonly openStages: number
  }
}

export type MatterUrgency = "urgent" | "soon" | "note"

export type MatterExploitedExposure = {
  readonly kind: "exploitedExposure"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly vulnerability: string
    readonly findings: readonly (string)[]
  }
  readonly facts: {
    readonly rating: "critical" | "high" | "medium" | "low" | "none" | "unknown"
    readonly components: readonly (string)[]
    readonly devices: number
    readonly releases: readonly (string)[]
    readonly fixedBy: string | null
  }
}

export type MatterCaseSuggested = {
  readonly kind: "caseSuggested"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly suggestion: string
  }
  readonly facts: {
    readonly sign: "rejected-signatures" | "integrity-corrupt" | "rollback-attempts" | "known-exploited"
    readonly vulnerability: string | null
    readonly devices: number | null
  }
}

export type MatterRolloutHalted = {
  readonly kind: "rolloutHalted"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly rollout: string
  }
  readonly facts: {
    readonly release: string
    readonly cohort: string
    readonly releaseKind: "security" | "functionality" | "combined"
    readonly state: "paused" | "stopped"
    readonly reason: {
      readonly rule: "notRunning" | "startsLater" | "startReached" | "overtaken" | "errorThreshold" | "windowClosed" | "paceReached" | "bytesReached" | "opening" | "soaking" | "successShort" | "successOutOfReach" | "nobodyYet" | "groupPassed" | "groupPassedUntried" | "othersAtWork" | "finished" | "byHand"
      readonly facts: Readonly<Record<string, string | number>>
    }
    readonly returnsTo: string | null
  }
}

export type MatterRolloutStuck = {
  readonly kind: "rolloutStuck"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly rollout: string
  }
  readonly facts: {
    readonly release: string
    readonly cohort: string
    readonly releaseKind: "security" | "functionality" | "combined"
    readonly state: "running" | "finished"
    readonly reason: {
      readonly rule: "notRunning" | "startsLater" | "startReached" | "overtaken" | "errorThreshold" | "windowClosed" | "paceReached" | "bytesReached" | "opening" | "soaking" | "successShort" | "successOutOfReach" | "nobodyYet" | "groupPassed" | "groupPassedUntried" | "othersAtWork" | "finished" | "byHand"
      readonly facts: Readonly<Record<string, string | number>>
    }
  }
}

export type MatterRolloutWaits = {
  readonly kind: "rolloutWaits"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly rollout: string
  }
  readonly facts: {
    readonly release: string
    readonly cohort: string
    readonly releaseKind: "security" | "functionality" | "combined"
    readonly waitsFor: "start" | "otherPlan"
    readonly trouble: string | null
  }
}

export type MatterReportUnanswered = {
  readonly kind: "reportUnanswered"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly report: string
  }
  readonly facts: {
    readonly title: string
    readonly waitsFor: "acknowledgement" | "assessment"
    readonly isOverdue: boolean
    readonly isEmbargoed: boolean
  }
}

export type MatterReporterWaits = {
  readonly kind: "reporterWaits"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly report: string
  }
  readonly facts: {
    readonly title: string
    readonly isEmbargoed: boolean
  }
}

export type MatterApprovalWaiting = {
  readonly kind: "approvalWaiting"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly rollout: string
  }
  readonly facts: {
    readonly release: string
    readonly cohort: string
    readonly releaseKind: "security" | "functionality" | "combined"
    readonly given: number
    readonly needed: number
    readonly mayApprove: boolean
    readonly whyNot: "APPROVER_NOT_A_PERSON" | "APPROVAL_BY_AUTHOR" | "APPROVED_ALREADY" | "APPROVER_ROLE_WRONG" | "NOT_PERMITTED" | null
  }
}

export type MatterEmergencyUnseen = {
  readonly kind: "emergencyUnseen"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly rollout: string
  }
  readonly facts: {
    readonly release: string
    readonly cohort: string
    readonly releaseKind: "security" | "functionality" | "combined"
    readonly startedBy: string
    readonly reason: string
    readonly mayApprove: boolean
    readonly whyNot: "APPROVER_NOT_A_PERSON" | "APPROVAL_BY_AUTHOR" | "APPROVED_ALREADY" | "APPROVER_ROLE_WRONG" | "NOT_PERMITTED" | null
  }
}

export type MatterDevicesSilent = {
  readonly kind: "devicesSilent"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly filter: string
  }
  readonly facts: {
    readonly devices: number
  }
}

export type MatterDevicesFlapping = {
  readonly kind: "devicesFlapping"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly filter: string
  }
  readonly facts: {
    readonly devices: number
  }
}

export type MatterDevicesSuspected = {
  readonly kind: "devicesSuspected"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly filter: string
  }
  readonly facts: {
    readonly devices: number
  }
}

export type MatterDevicesCorrupt = {
  readonly kind: "devicesCorrupt"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly filter: string
  }
  readonly facts: {
    readonly devices: number
  }
}

export type MatterMetadataExpiring = {
  readonly kind: "metadataExpiring"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly role: "root" | "targets" | "security" | "functionality" | "snapshot" | "timestamp"
  }
  readonly facts: {
    readonly version: number
    readonly isOffline: boolean
    readonly isOver: boolean
  }
}

export type MatterMetadataToSign = {
  readonly kind: "metadataToSign"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: Record<never, never>
  readonly facts: {
    readonly roles: readonly ("root" | "targets")[]
  }
}

export type MatterCertificateExpiring = {
  readonly kind: "certificateExpiring"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly purpose: "tls" | "server-ca" | "fleet-ca"
    readonly key: string
  }
  readonly facts: {
    readonly isOver: boolean
  }
}

export type MatterFeedUnwell = {
  readonly kind: "feedUnwell"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly feed: string
  }
  readonly facts: {
    readonly feedKind: "osv" | "kev" | "euvd" | "epss" | "cve" | "csaf"
    readonly status: "stale" | "empty" | "controlFailed" | "neverImported" | "failing"
    readonly importedAt: number | null
    readonly records: number | null
    readonly failures: number
  }
}

export type MatterFeedsMissing = {
  readonly kind: "feedsMissing"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: Record<never, never>
  readonly facts: {
    readonly products: number
  }
}

export type MatterWaiverEnding = {
  readonly kind: "waiverEnding"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly waiver: string
    readonly release: string
    readonly finding: string | null
  }
  readonly facts: {
    readonly code: string
    readonly givenBy: string
  }
}

export type MatterAdvisoryUnpublished = {
  readonly kind: "advisoryUnpublished"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: {
    readonly advisory: string
    readonly finding: string | null
  }
  readonly facts: {
    readonly title: string
    readonly state: "draft" | "held" | "scheduled"
    readonly isHoldOver: boolean
  }
}

export type MatterSupportEnding = {
  readonly kind: "supportEnding"
  readonly severity: MatterUrgency
  readonly product: string | null
  readonly since: number
  readonly by: number | null
  readonly subject: Record<never, never>
  readonly facts: {
    readonly ends: string
    readonly monthsBefore: 12 | 6 | 1 | 0
  }
}

export type MatterKind = "caseDue" | "exploitedExposure" | "caseSuggested" | "rolloutHalted" | "rolloutStuck" | "rolloutWaits" | "reportUnanswered" | "reporterWaits" | "approvalWaiting" | "emergencyUnseen" | "devicesSilent" | "devicesFlapping" | "devicesSuspected" | "devicesCorrupt" | "metadataExpiring" | "metadataToSign" | "certificateExpiring" | "feedUnwell" | "feedsMissing" | "waiverEnding" | "advisoryUnpublished" | "supportEnding"

export type Product = {
  readonly id: string
  readonly createdAt: number
}

export type ProductInFull = {
  readonly id: string
  readonly createdAt: number
  readonly onlineKeys: {
    readonly timestamp: TufKey
    readonly snapshot: TufKey
  }
  readonly trust: Readonly<Record<string, string>>
  readonly serverCa: string
}

export type TufKey = {
  readonly keytype: string
  readonly scheme: string
  readonly keyval: {
    readonly public: string
  }
}

export type ProductFactsVersion = {
  readonly version: number
  readonly at?: number
  readonly by?: string
  readonly facts: ProductFacts
}

export type ProductGaps = {
  readonly scope: "applies" | "excluded" | "does-not-apply" | "unanswered"
  readonly mismatches: readonly ({
    readonly fact: string
    readonly written: string
    readonly signed: string
  })[]
  readonly undecided: readonly (string)[]
  readonly sheets: readonly ({
    readonly sheet: "annex-2" | "annex-5" | "annex-7" | "notification"
    readonly items: readonly ({
      readonly number: string
      readonly title: string
      readonly state: "filled" | "not-applicable" | "empty"
      readonly missing: readonly (string)[]
      readonly because?: string
    })[]
    readonly isComplete: boolean
  })[]
  readonly isComplete: boolean
  readonly isSupportOver?: boolean
  readonly notification: {
    readonly manufacturerName?: string
    readonly memberStates?: readonly (string)[]
    readonly productName?: string
    readonly productType?: "Default" | "Important" | "Critical"
    readonly productClass?: "I" | "II"
    readonly productCategory?: string
    readonly endOfSupport?: "Yes" | "No"
  }
}

export type Risk = {
  readonly id: string
  readonly asset: string
  readonly actor: "curious" | "criminal" | "insider" | "competitor" | "supplier" | "state" | "nobody"
  readonly threat: string
  readonly stride: "spoofing" | "tampering" | "repudiation" | "information-disclosure" | "denial-of-service" | "elevation-of-privilege"
  readonly vulnerability: string
  readonly likelihood: "low" | "medium" | "high"
  readonly impact: "low" | "medium" | "high"
  readonly safetyImpact: "none" | "low" | "medium" | "high"
  readonly treatment: "avoid" | "mitigate" | "transfer" | "accept"
  readonly measure: string
  readonly residual: "low" | "medium" | "high"
  readonly owner: string
  readonly stage: "planning" | "design" | "development" | "production" | "delivery" | "maintenance"
  readonly evidence: readonly (string)[]
  readonly tests: readonly (string)[]
  readonly level: "low" | "medium" | "high"
  readonly revision: number
  readonly changedAt: number
  readonly changedBy: string
}

export type RiskAssessment = {
  readonly version: number
  readonly at: number
  readonly by: string
  readonly reviewer: string
  readonly nextReviewOn: string
  readonly note: string
  readonly riskCount: number
  readonly isOverdue: boolean
}

export type RiskAssessmentInFull = {
  readonly version: number
  readonly at: number
  readonly by: string
  readonly reviewer: string
  readonly nextReviewOn: string
  readonly note: string
  readonly riskCount: number
  readonly isOverdue: boolean
  readonly risks: readonly (Risk)[]
}

export type RiskStatus = {
  readonly risks: number
  readonly high: number
  readonly highWithoutEvidence: readonly (string)[]
  readonly assessment?: number
  readonly reviewedAt?: number
  readonly nextReviewOn?: string
  readonly isOverdue: boolean
  readonly isChangedSince: boolean
}

export type RequirementMatrix = {
  readonly edition: string
  readonly rows: readonly (RequirementRow)[]
  readonly states: Readonly<Record<string, number>>
  readonly isComplete: boolean
}

export type RequirementRow = {
  readonly id: "I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8"
  readonly reference: string
  readonly text: string
  readonly state: "unanswered" | "suggested" | "not-applicable" | "met" | "open"
  readonly revision: number
  readonly answer?: RequirementAnswer
  readonly isSuggested?: boolean
  readonly changedAt?: number
  readonly changedBy?: string
  readonly suggestion?: string
  readonly suggested: readonly ({
    readonly code: "factoryReset" | "automatic" | "manual" | "manualUnexplained" | "ownerTold" | "mending" | "access" | "encryption" | "integrity" | "minimal" | "deletionHeld" | "deleted" | "availability" | "otherServices" | "recording" | "audit" | "removal" | "components" | "noFeed" | "apart" | "releasedSoFar" | "securityFirst" | "policy" | "policyAtListener" | "answered" | "contacts" | "distribution" | "atOnce" | "freeOfCharge"
    readonly facts: Readonly<Record<string, string | number>>
    readonly sentence: string
  })[]
  readonly standards: readonly (string)[]
  readonly gaps: readonly ({
    readonly gap: "unanswered" | "not-said-how" | "no-evidence" | "risk-gone" | "suggestion-changed" | "open-point" | "open-point-overdue" | "older-edition" | "standard-superseded"
    readonly sentence: string
  })[]
}

export type RequirementAnswerRevision = {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly answer: RequirementAnswer
}

export type BuiltInComponent = {
  readonly component: string
  readonly name: string
  readonly versions: readonly (string)[]
  readonly supplier?: string
  readonly licences: readonly (string)[]
  readonly state: "none" | "current" | "overdue" | "other-version" | "refused"
  readonly review?: ComponentReviewWords
  readonly version?: string
  readonly bySupplier?: string
  readonly reviewedAt?: number
  readonly reviewedBy?: string
}

export type ComponentStatus = {
  readonly release?: string
  readonly state: "no-release" | "waiting" | "unreadable" | "read"
  readonly counts: Readonly<Record<string, number>>
  readonly suppliers: readonly ({
    readonly supplier: string
    readonly openCount: number
  })[]
  readonly beyondCount: number
  readonly isComplete: boolean
}

export type ComponentReview = {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly review?: ComponentReviewWords
  readonly version?: string
  readonly bySupplier?: string
  readonly reviewedAt?: number
  readonly reviewedBy?: string
}

export type ReviewsTaken = {
  readonly reviewedCount: number
  readonly leftCount: number
}

export type DataInventory = {
  readonly fleetward: readonly (FleetwardData)[]
  readonly productCount: number
  readonly gaps: readonly ({
    readonly dataUse: string
    readonly gap: "no-legal-basis" | "no-risk" | "risk-gone"
  })[]
  readonly isComplete: boolean
}

export type FleetwardData = {
  readonly id: string
  readonly what: string
  readonly about: "device" | "owner" | "operator" | "reporter"
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: "device" | "server"
  readonly retention: string
  readonly keptDays?: {
    readonly days: number
    readonly deliveries?: number
    readonly isHeld: boolean
  }
}

export type ProductInformation = {
  readonly isPublic: boolean
  readonly revision: number
  readonly changedAt?: number
  readonly language?: string
  readonly publishedFacts?: number
  readonly newestFacts: number
  readonly address: string
  readonly missing: readonly ({
    readonly number: string
    readonly title: string
    readonly missing: readonly (string)[]
  })[]
  readonly isWhole: boolean
  readonly items: readonly ({
    readonly number: string
    readonly title: string
    readonly parts: readonly ({
      readonly id: string
      readonly label: string
      readonly text: string | readonly (string)[]
    })[]
    readonly because?: string
  })[]
}

export type Standard = {
  readonly id: string
  readonly revision: number
  readonly changedAt: number
  readonly changedBy: string
  readonly kind: "harmonised-standard" | "common-specification" | "certification-scheme" | "other"
  readonly title: string
  readonly edition: string
  readonly isAppliedInFull: boolean
  readonly partsApplied?: string
  readonly isCited: boolean
  readonly citation?: string
  readonly covers: readonly ("I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8")[]
  readonly supersededBy?: string
  readonly supersededOn?: string
  readonly gaps: readonly ("superseded" | "covers-nothing" | "not-cited")[]
}

export type StandardRevision = {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly content?: {
    readonly kind: "harmonised-standard" | "common-specification" | "certification-scheme" | "other"
    readonly title: string
    readonly edition: string
    readonly isAppliedInFull: boolean
    readonly partsApplied?: string
    readonly isCited: boolean
    readonly citation?: string
    readonly covers: readonly ("I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8")[]
    readonly supersededBy?: string
    readonly supersededOn?: string
  }
}

export type DataUse = {
  readonly id: string
  readonly revision: number
  readonly changedAt: number
  readonly changedBy: string
  readonly what: string
  readonly about: "owner" | "other-person" | "device" | "operator"
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: string
  readonly retention: string
  readonly isOnByDefault: boolean
  readonly recipients?: readonly (string)[]
  readonly legalBasis?: string
  readonly risks?: readonly (string)[]
  readonly gaps: readonly ("no-legal-basis" | "no-risk" | "risk-gone")[]
}

export type DataUseRevision = {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly content?: {
    readonly what: string
    readonly about: "owner" | "other-person" | "device" | "operator"
    readonly isPersonal: boolean
    readonly purpose: string
    readonly where: string
    readonly retention: string
    readonly isOnByDefault: boolean
    readonly recipients?: readonly (string)[]
    readonly legalBasis?: string
    readonly risks?: readonly (string)[]
  }
}

export type UpstreamReport = {
  readonly id: string
  readonly revision: number
  readonly changedAt: number
  readonly changedBy: string
  readonly component: string
  readonly vulnerability: string
  readonly finding?: string
  readonly state: "planned" | "sent" | "acknowledged" | "fixed" | "rejected" | "not-needed"
  readonly recipient?: string
  readonly reportBy?: string
  readonly sentOn?: string
  readonly answerBy?: string
  readonly answeredOn?: string
  readonly answer?: string
  readonly text?: string
  readonly patches?: readonly (string)[]
  readonly reason?: string
  readonly gaps: readonly ("overdue")[]
}

export type UpstreamReportRevision = {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly content?: {
    readonly component: string
    readonly vulnerability: string
    readonly finding?: string
    readonly state: "planned" | "sent" | "acknowledged" | "fixed" | "rejected" | "not-needed"
    readonly recipient?: string
    readonly reportBy?: string
    readonly sentOn?: string
    readonly answerBy?: string
    readonly answeredOn?: string
    readonly answer?: string
    readonly text?: string
    readonly patches?: readonly (string)[]
    readonly reason?: string
  }
}

export type PublishedMetadata = {
  readonly role: "root" | "targets" | "security" | "functionality"
  readonly version: number
}

export type StagedMetadata = {
  readonly role: "root" | "targets" | "security" | "functionality"
  readonly version: number
  readonly missing: readonly ({
    readonly path: string
    readonly sha256: string
    readonly length: number
  })[]
  readonly signAnew: readonly ("root" | "targets" | "security" | "functionality")[]
}

export type Release = {
  readonly version: string
  readonly line: string
  readonly kind: "security" | "functionality" | "combined"
  readonly securityCounter: number
  readonly path: string
  readonly sha256: string
  readonly length: number
  readonly compatible: readonly (string)[]
  readonly fixes: readonly (string)[]
  readonly advisories: readonly (string)[]
  readonly notes: string
  readonly releasedAt: number
  readonly publishedAt: number
  readonly listed: boolean
  readonly withdrawnAt?: number
  readonly entitlement?: string
  readonly retainedUntil?: number
}

export type ReleaseInFull = {
  readonly version: string
  readonly line: string
  readonly kind: "security" | "functionality" | "combined"
  readonly securityCounter: number
  readonly path: string
  readonly sha256: string
  readonly length: number
  readonly compatible: readonly (string)[]
  readonly fixes: readonly (string)[]
  readonly advisories: readonly (string)[]
  readonly notes: string
  readonly releasedAt: number
  readonly listed: boolean
  readonly withdrawnAt?: number
  readonly entitlement?: string
  readonly retainedUntil?: number
  readonly publishedAt?: number
  readonly installer: string
  readonly format: string
  readonly installedSize: number
  readonly base?: string
  readonly minimumVersion?: string
  readonly combinedReason?: string
  readonly sha512?: string
  readonly chunks: {
    readonly path: string
    readonly sha256: string
  }
  readonly sbom: {
    readonly path: string
    readonly sha256: string
  }
}

export type WithdrawnRelease = {
  readonly version: string
  readonly line: string
  readonly kind: "security" | "functionality" | "combined"
  readonly securityCounter: number
  readonly path: string
  readonly sha256: string
  readonly length: number
  readonly compatible: readonly (string)[]
  readonly fixes: readonly (string)[]
  readonly advisories: readonly (string)[]
  readonly notes: string
  readonly releasedAt: number
  readonly publishedAt: number
  readonly listed: boolean
  readonly withdrawnAt?: number
  readonly entitlement?: string
  readonly retainedUntil?: number
  readonly freed: readonly ({
    readonly version: string
    readonly entitlement: string
  })[]
  readonly installedOn?: {
    readonly count: number
    readonly devices: readonly (string)[]
    readonly filter: string
  }
}

export type SigningState = {
  readonly roles: readonly (RoleState)[]
  readonly signAnew: readonly ("root" | "targets" | "security" | "functionality")[]
}

export type RoleState = {
  readonly role: "root" | "targets" | "security" | "functionality" | "snapshot" | "timestamp"
  readonly state: "published" | "waiting"
  readonly version: number
  readonly expires: number
  readonly signers?: {
    readonly threshold: number
    readonly keys: readonly ({
      readonly keyId: string
      readonly kind?: string
      readonly hasSigned: boolean
    })[]
  }
  readonly missing: readonly ({
    readonly path: string
    readonly sha256: string
    readonly length: number
  })[]
  readonly versions: readonly (string)[]
}

export type SbomDifference = {
  readonly state: "compared" | "first" | "missing" | "unreadable"
  readonly base?: string
  readonly added: readonly ({
    readonly name: string
    readonly purl?: string
    readonly version?: string
  })[]
  readonly removed: readonly ({
    readonly name: string
    readonly purl?: string
    readonly version?: string
  })[]
  readonly changed: readonly ({
    readonly name: string
    readonly purl?: string
    readonly from?: string
    readonly to?: string
    readonly direction: "up" | "down" | "unknown" | "rebuilt"
    readonly isMajor: boolean
  })[]
  readonly counts?: {
    readonly added: number
    readonly removed: number
    readonly changed: number
    readonly unchanged: number
    readonly components: number
  }
}

export type Rollout = {
  readonly id: string
  readonly release: string
  readonly cohort: string
  readonly state: "creating" | "waitingForApproval" | "ready" | "scheduled" | "running" | "paused" | "finished" | "stopped" | "withdrawn"
  readonly share: number
  readonly plan: Readonly<Record<string, unknown>>
  readonly openGroup: number
  readonly authors: readonly (string)[]
  readonly approval: Readonly<Record<string, unknown>>
  readonly trouble?: {
    readonly code: string
    readonly says: string
    readonly facts?: Readonly<Record<string, string | number | boolean>>
  }
  readonly attempt: number
  readonly policy: Policy
  readonly terms: RolloutTerms
  readonly notice: NoticeOutput
  readonly revision: number
  readonly startedAt: number
  readonly changedAt: number
}

export type Policy = {
  readonly apply: "automatic" | "ask"
  readonly notBefore?: number
  readonly deadline?: number
  readonly postponeUpTo?: number
  readonly spread: number
  readonly retryAfter: number
}

export type RolloutTerms = {
  readonly due?: DueDeadline
  readonly loosened?: {
    readonly reason: string
    readonly by: string
    readonly name: string
    readonly at: number
  }
}

export type DueDeadline = {
  readonly deadline: number
  readonly vulnerability: string
  readonly grade: string
  readonly seconds: number
}

export type RolloutInFull = {
  readonly id: string
  readonly release: string
  readonly cohort: string
  readonly state: "creating" | "waitingForApproval" | "ready" | "scheduled" | "running" | "paused" | "finished" | "stopped" | "withdrawn"
  readonly share: number
  readonly plan: Readonly<Record<string, unknown>>
  readonly openGroup: number
  readonly authors: readonly (string)[]
  readonly approval: Readonly<Record<string, unknown>>
  readonly trouble?: {
    readonly code: string
    readonly says: string
    readonly facts?: Readonly<Record<string, string | number | boolean>>
  }
  readonly attempt: number
  readonly policy: Policy
  readonly terms: RolloutTerms
  readonly notice: NoticeOutput
  readonly revision: number
  readonly startedAt: number
  readonly changedAt: number
  readonly progress: RolloutProgress
  readonly groups: readonly ({
    readonly name: string
    readonly columns: RolloutColumns
  })[]
  readonly late: RolloutColumns
  readonly deadline: RolloutDeadline
  readonly explanation: Explanation
}

export type RolloutProgress = {
  readonly byState: Readonly<Record<string, number>>
  readonly waitingFor: Readonly<Record<string, number>>
  readonly committed: number
  readonly failed: number
  readonly failureCodes: Readonly<Record<string, number>>
}

export type RolloutColumns = {
  readonly notOffered: number
  readonly offered: number
  readonly underWay: number
  readonly succeeded: number
  readonly failed: number
  readonly silent: number
  readonly waitingForConsent: number
  readonly waitingForWindow: number
  readonly waiting: number
  readonly postponed: number
  readonly optedOut: number
  readonly offline: number
  readonly blocked: number
  readonly overtaken: number
}

export type RolloutDeadline = {
  readonly deadline?: number
  readonly due?: DueDeadline
  readonly isEarlierNow: boolean
  readonly unknown: readonly (string)[]
  readonly sentence?: string
}

export type Explanation = {
  readonly rule: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly sentence: string
}

export type RolloutDevice = {
  readonly device: string
  readonly column: "notOffered" | "offered" | "underWay" | "succeeded" | "failed" | "silent" | "waitingForConsent" | "waitingForWindow" | "waiting" | "postponed" | "optedOut" | "offline" | "blocked" | "overtaken"
  readonly group: string
  readonly late: boolean
  readonly held: boolean
  readonly offeredAt?: number
  readonly endedAt?: number
  readonly code?: string
  readonly ownWindow?: OwnWindow
}

export type OwnWindow = {
  readonly weekdays: readonly (number)[]
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly opens: number
  readonly closes: number
}

export type RolloutDraftPreview = {
  readonly groups: readonly ({
    readonly name: string
    readonly members: number
    readonly prospects: RolloutProspects
    readonly postponedUntil?: {
      readonly earliest: number
      readonly latest: number
    }
    readonly sample: readonly (string)[]
    readonly opensWithinSeconds: number
    readonly notes: readonly ("nobody" | "nobodyCan" | "cannotStopItself")[]
  })[]
  readonly members: number
  readonly startsAt?: number
  readonly firstOpensAt?: number
  readonly leastSeconds: number
  readonly ownersHours: {
    readonly windows: readonly ({
      readonly weekdays: readonly (number)[]
      readonly from: string
      readonly to: string
      readonly timeZone: string
      readonly opens: number
      readonly closes: number
      readonly devices: number
    })[]
    readonly further: number
    readonly anyHour: number
    readonly untold: number
  }
  readonly deviceClocks?: {
    readonly clocks: readonly ({
      readonly timeZone: string
      readonly devices: number
      readonly opens: number
      readonly closes: number
    })[]
    readonly further: number
    readonly untold: number
  }
  readonly overtakes: readonly (string)[]
  readonly overtakenBy?: string
  readonly deadline: RolloutDeadline
  readonly policy: Policy
  readonly notice: NoticeOutput
  readonly trouble?: {
    readonly code: string
    readonly says: string
    readonly facts?: Readonly<Record<string, string | number | boolean>>
  }
}

export type RolloutProspects = {
  readonly takesIt: number
  readonly asksOwner: number
  readonly postponed: number
  readonly optedOut: number
  readonly saidNothing: number
  readonly runsIt: number
  readonly runsNewer: number
  readonly unsuitable: number
  readonly blocked: number
  readonly away: number
}

export type RolloutPreview = {
  readonly groups: readonly ({
    readonly name: string
    readonly members: number
    readonly prospects: RolloutProspects
    readonly postponedUntil?: {
      readonly earliest: number
      readonly latest: number
    }
    readonly sample: readonly (string)[]
    readonly opensWithinSeconds: number
    readonly notes: readonly ("nobody" | "nobodyCan" | "cannotStopItself")[]
  })[]
  readonly members: number
  readonly startsAt?: number
  readonly firstOpensAt?: number
  readonly leastSeconds: number
  readonly ownersHours: {
    readonly windows: readonly ({
      readonly weekdays: readonly (number)[]
      readonly from: string
      readonly to: string
      readonly timeZone: string
      readonly opens: number
      readonly closes: number
      readonly devices: number
    })[]
    readonly further: number
    readonly anyHour: number
    readonly untold: number
  }
  readonly deviceClocks?: {
    readonly clocks: readonly ({
      readonly timeZone: string
      readonly devices: number
      readonly opens: number
      readonly closes: number
    })[]
    readonly further: number
    readonly untold: number
  }
  readonly overtakes: readonly (string)[]
  readonly overtakenBy?: string
  readonly deadline: RolloutDeadline
}

export type RolloutCurve = {
  readonly asOf: number
  readonly curve: readonly ({
    readonly at: number
    readonly committed: number
    readonly failed: number
  })[]
  readonly moments: readonly ({
    readonly at: number
    readonly kind: "groupOpened" | "paused" | "resumed" | "retried" | "widened" | "reachChanged" | "approved" | "finished" | "stopped" | "withdrawn"
    readonly byItself: boolean
  })[]
  readonly areMomentsWhole: boolean
}

export type Feed = {
  readonly id: string
  readonly kind: "osv" | "kev" | "euvd" | "epss" | "cve" | "csaf"
  readonly source: string
  readonly importedAt: number
  readonly sourceDate?: string
  readonly records: number
  readonly sha256?: string
  readonly control: "hit" | "missed" | "notRun"
  readonly controlSentence: string
  readonly status: "fresh" | "stale" | "empty" | "controlFailed"
  readonly cause: "fresh" | "neverImported" | "tooFew" | "controlMissed" | "controlNotRun" | "importOld" | "importAhead" | "importUndated" | "sourceOld" | "sourceAhead" | "sourceUndated"
  readonly facts: Readonly<Record<string, string | number>>
  readonly sentence: string
  readonly skippedCount: number
  readonly skipped: readonly ({
    readonly id: string
    readonly reason: string
  })[]
  readonly leftOut: readonly ({
    readonly reason: string
    readonly count: number
  })[]
  readonly checkedAgainst: readonly (string)[]
  readonly signatures?: "verified" | "notChecked"
}

export type FeedSource = {
  readonly feed: string
  readonly kind: "osv" | "kev" | "euvd" | "epss" | "cve" | "csaf"
  readonly place: string
  readonly everySeconds: number
  readonly digestBeside: boolean
  readonly control?: string
  readonly controlVulnerability?: string
  readonly openPgpFingerprints?: readonly (string)[]
  readonly setAt: number
  readonly triedAt?: number
  readonly nextAt: number
  readonly outcome?: "imported" | "unchanged" | "failed"
  readonly trouble?: string
  readonly troubleCode?: string
  readonly troubleFacts?: Readonly<Record<string, string | number | boolean>>
  readonly failureCount: number
}

export type Finding = {
  readonly id: string
  readonly component: string
  readonly componentName: string
  readonly vulnerability: string
  readonly names: readonly (string)[]
  readonly upstream: readonly (string)[]
  readonly summary: string
  readonly rating: "critical" | "high" | "medium" | "low" | "none" | "unknown"
  readonly score?: number
  readonly vector?: string
  readonly isExploited: boolean
  readonly exploitedAt?: number
  readonly epss?: number
  readonly epssPercentile?: number
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly endedAt?: number
  readonly answers: readonly ({
    readonly version: string
    readonly status?: string
  })[]
}

export type FindingInFull = {
  readonly id: string
  readonly component: string
  readonly componentName: string
  readonly vulnerability: string
  readonly names: readonly (string)[]
  readonly upstream: readonly (string)[]
  readonly summary: string
  readonly rating: "critical" | "high" | "medium" | "low" | "none" | "unknown"
  readonly score?: number
  readonly vector?: string
  readonly isExploited: boolean
  readonly exploitedAt?: number
  readonly epss?: number
  readonly epssPercentile?: number
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly endedAt?: number
  readonly answers: readonly ({
    readonly version: string
    readonly status?: string
  })[]
  readonly statements: readonly (VexStatement)[]
  readonly suggestions: readonly (VexStatement)[]
  readonly releases: readonly ({
    readonly version: string
    readonly ref: string
    readonly componentVersion?: string
    readonly purl?: string
    readonly why: readonly ({
      readonly record: string
      readonly source: string
      readonly because: Readonly<Record<string, unknown>>
    })[]
    readonly firstSeenAt: number
    readonly lastSeenAt: number
    readonly endedAt?: number
  })[]
}

export type VexStatement = {
  readonly id: string
  readonly revision: number
  readonly vulnerability: string
  readonly aliases: readonly (string)[]
  readonly products: readonly (string)[]
  readonly components: readonly (string)[]
  readonly verdict: Readonly<Record<string, unknown>>
  readonly by: Readonly<Record<string, unknown>>
  readonly at: number
  readonly note?: string
}

export type ReleaseCoverage = {
  readonly version: string
  readonly state: "matched" | "waiting" | "withdrawn" | "unreadable"
  readonly why?: string
  readonly matchedAt?: number
  readonly isCurrent: boolean
  readonly sbom?: {
    readonly sha256: string
    readonly format: string
    readonly formatVersion: string
    readonly componentsCount: number
    readonly depth: Readonly<Record<string, number>>
    readonly quality: Readonly<Record<string, {
      readonly passed: boolean
      readonly failed: readonly ({
        readonly check: string
        readonly asked: number
        readonly met: number
      })[]
      readonly coverage: number
    }>>
  }
  readonly coverage?: {
    readonly componentCount: number
    readonly lookedUpCount: number
    readonly sourceAssumedCount: number
    readonly notLookedUp: readonly ({
      readonly name: string
      readonly version?: string
      readonly obstacles: readonly ({
        readonly reason: string
        readonly identifier: string
      })[]
    })[]
    readonly notLookedUpCounts: Readonly<Record<string, number>>
    readonly undecided: readonly ({
      readonly name: string
      readonly version?: string
      readonly vulnerability: string
      readonly reason: string
      readonly detail: string
    })[]
    readonly undecidedCounts: Readonly<Record<string, number>>
  }
}

export type ComponentPaths = {
  readonly state: "read" | "missing" | "unreadable"
  readonly paths: readonly ({
    readonly ref: string
    readonly steps: readonly ({
      readonly ref: string
      readonly name: string
      readonly version?: string
    })[]
  })[]
}

export type Exposure = {
  readonly product: string
  readonly vulnerability: string
  readonly names: readonly (string)[]
  readonly findings: readonly ({
    readonly id: string
    readonly component: string
  })[]
  readonly isExploited: boolean
  readonly knownAt: number
  readonly asOf: number
  readonly fix?: {
    readonly version: string
    readonly publishedAt: number
  }
  readonly isSupportOver: boolean
  readonly total: number
  readonly exposed: number
  readonly counts: {
    readonly unsupported: number
    readonly offline: number
    readonly optedOut: number
    readonly postponed: number
    readonly pending: number
    readonly updated: number
  }
  readonly releases: readonly ({
    readonly version: string
    readonly devices: number
    readonly isWithdrawn: boolean
    readonly components: readonly ({
      readonly name: string
      readonly version?: string
    })[]
    readonly status?: string
    readonly fixedBy?: string
  })[]
  readonly cohorts: readonly ({
    readonly name: string
    readonly exposed: number
    readonly counts: {
      readonly unsupported: number
      readonly offline: number
      readonly optedOut: number
      readonly postponed: number
      readonly pending: number
    }
  })[]
  readonly cohortsLeftOut: number
  readonly countries: readonly ({
    readonly name: string
    readonly exposed: number
    readonly counts: {
      readonly unsupported: number
      readonly offline: number
      readonly optedOut: number
      readonly postponed: number
      readonly pending: number
    }
  })[]
  readonly notKnown: {
    readonly neverReported: number
    readonly notMatched: number
    readonly versions: readonly (string)[]
  }
  readonly exposedDeviceDays: {
    readonly days: number
    readonly isAtLeast: boolean
  }
  readonly half?: {
    readonly at: number
    readonly secondsSinceKnown: number
    readonly secondsSinceFix?: number
  }
  readonly goal?: {
    readonly at: number
    readonly secondsSinceKnown: number
    readonly secondsSinceFix?: number
  }
  readonly forecast: {
    readonly kind: "reached"
    readonly at: number
  } | {
    readonly kind: "expected"
    readonly at: number
    readonly perDay: number
  } | {
    readonly kind: "none"
    readonly why: "nobodyConcerned" | "noFix" | "outOfReach" | "noProgress" | "tooSlow"
  }
  readonly curve: readonly ({
    readonly at: number
    readonly exposed: number
  })[]
}

export type GateResult = {
  readonly at: number
  readonly isOpen: boolean
  readonly threshold: "critical" | "high" | "medium" | "low" | "none" | "unknown"
  readonly reasons: readonly ({
    readonly code: "FEED_MISSING" | "FEED_NOT_FRESH" | "NOT_MATCHED" | "MATCHED_WITH_OLDER_FEEDS" | "EXPLOITED" | "UNANSWERED" | "AFFECTED" | "FIX_MISSING" | "EVIDENCE_MISSING" | "EVIDENCE_FAILED" | "RISK_ASSESSMENT_MISSING" | "RISK_ASSESSMENT_OVERDUE" | "BASE_MISSING" | "BASE_NOT_ROLLED_OUT" | "MORE_THAN_FIXES" | "FIX_BEHIND_ENTITLEMENT"
    readonly sentence: string
    readonly facts?: Readonly<Record<string, string | number | boolean>>
    readonly finding?: string
    readonly about?: string
  })[]
  readonly waived: readonly ({
    readonly code: "FEED_MISSING" | "FEED_NOT_FRESH" | "NOT_MATCHED" | "MATCHED_WITH_OLDER_FEEDS" | "EXPLOITED" | "UNANSWERED" | "AFFECTED" | "FIX_MISSING" | "EVIDENCE_MISSING" | "EVIDENCE_FAILED" | "RISK_ASSESSMENT_MISSING" | "RISK_ASSESSMENT_OVERDUE" | "BASE_MISSING" | "BASE_NOT_ROLLED_OUT" | "MORE_THAN_FIXES" | "FIX_BEHIND_ENTITLEMENT"
    readonly sentence: string
    readonly facts?: Readonly<Record<string, string | number | boolean>>
    readonly finding?: string
    readonly about?: string
    readonly waiver: string
    readonly by: string
    readonly until: number
  })[]
  readonly notLookedUpCount: number
  readonly undecidedCount: number
  readonly feeds: readonly ({
    readonly id: string
    readonly importedAt: number
    readonly records: number
    readonly sha256?: string
  })[]
}

export type GatePolicy = {
  readonly mode: "enforced" | "advisory"
  readonly threshold: "critical" | "high" | "medium" | "low" | "none"
  readonly evidence: readonly ("sarif" | "junit" | "test-report" | "pentest" | "ai-review" | "arch-review" | "other")[]
  readonly riskAssessment: boolean
  readonly reason: string
  readonly revision: number
}

export type GateWaiver = {
  readonly id: string
  readonly version: string
  readonly code: "FEED_MISSING" | "FEED_NOT_FRESH" | "NOT_MATCHED" | "MATCHED_WITH_OLDER_FEEDS" | "EXPLOITED" | "UNANSWERED" | "AFFECTED" | "FIX_MISSING" | "EVIDENCE_MISSING" | "EVIDENCE_FAILED" | "RISK_ASSESSMENT_MISSING" | "RISK_ASSESSMENT_OVERDUE" | "BASE_MISSING" | "BASE_NOT_ROLLED_OUT" | "MORE_THAN_FIXES" | "FIX_BEHIND_ENTITLEMENT"
  readonly finding?: string
  readonly about?: string
  readonly reason: string
  readonly by: string
  readonly name: string
  readonly at: number
  readonly until: number
  readonly isInForce: boolean
  readonly endedAt?: number
  readonly endedBy?: string
}

export type Evidence = {
  readonly number: number
  readonly subject: string
  readonly kind: "sarif" | "junit" | "test-report" | "pentest" | "ai-review" | "arch-review" | "other"
  readonly name: string
  readonly sha256: string
  readonly length: number
  readonly outcome: "passed" | "failed"
  readonly counts: Readonly<Record<string, number>>
  readonly at: number
  readonly by: {
    readonly id: string
    readonly name: string
  }
}

export type Case = {
  readonly id: string
  readonly product: string
  readonly kind: "vulnerability" | "incident"
  readonly title: string
  readonly cves: readonly (string)[]
  readonly versions: readonly (string)[]
  readonly fixedVersion?: string
  readonly zone: string
  readonly isDrill: boolean
  readonly openedAt: number
  readonly closedAt?: number
  readonly dueAt?: number
  readonly revision: number
}

export type CaseInFull = {
  readonly id: string
  readonly product: string
  readonly kind: "vulnerability" | "incident"
  readonly title: string
  readonly cves: readonly (string)[]
  readonly versions: readonly (string)[]
  readonly fixedVersion?: string
  readonly zone: string
  readonly isDrill: boolean
  readonly openedAt: number
  readonly closedAt?: number
  readonly dueAt?: number
  readonly revision: number
  readonly now: number
  readonly firstSignalAt?: number
  readonly isReportable: boolean
  readonly awareAt?: number
  readonly occurredAt?: number
  readonly measureAvailableAt?: number
  readonly severity?: {
    readonly severe: "yes" | "no" | "open"
    readonly limbs: readonly ("a" | "b")[]
    readonly questions: readonly ({
      readonly id: string
      readonly text: string
      readonly answer?: string
    })[]
  }
  readonly clocks: readonly (CaseClock)[]
  readonly events: readonly ({
    readonly position: number
    readonly at: number
    readonly recordedAt: number
    readonly by: string
    readonly name: string
    readonly type: string
    readonly facts: Readonly<Record<string, unknown>>
  })[]
}

export type CaseClock = {
  readonly stage: "earlyWarning" | "notification" | "finalReport" | "intermediate"
  readonly anchor: "awareness" | "measureAvailable" | "notificationSubmitted" | "request"
  readonly anchorAt?: number
  readonly dueAt?: number
  readonly latestReadingAt?: number
  readonly state: "notStarted" | "running" | "overdue" | "submitted" | "late" | "alreadyProvided"
  readonly submittedAt?: number
  readonly lateBySeconds: number
  readonly waitsFor?: string
}

export type CaseSheet = {
  readonly case: string
  readonly catalogue: string
  readonly kind: "vulnerability" | "incident"
  readonly stage: "earlyWarning" | "notification" | "finalReport"
  readonly isDrill: boolean
  readonly recipient: {
    readonly state: "known" | "open" | "none"
    readonly csirtOf?: string
    readonly question?: string
    readonly rule?: string
  }
  readonly canBeSubmitted: boolean
  readonly missing: readonly (string)[]
  readonly overLong: readonly (string)[]
  readonly invalid: readonly (string)[]
  readonly expectedByLaw: readonly (string)[]
  readonly rows: readonly (Readonly<Record<string, unknown>>)[]
  readonly text: string
}

export type CaseSuggestion = {
  readonly id: string
  readonly product: string
  readonly sign: "rejected-signatures" | "integrity-corrupt" | "rollback-attempts" | "known-exploited"
  readonly firstAt: number
  readonly lastAt: number
  readonly facts: {
    readonly devices: number
    readonly reports: number
    readonly refusals: Readonly<Record<string, number>>
    readonly examples: readonly (string)[]
  } | {
    readonly vulnerability: string
    readonly rating: string
    readonly findings: readonly (string)[]
    readonly components: readonly (string)[]
  }
  readonly state: "open" | "taken-up" | "dismissed"
  readonly reason?: string
  readonly decidedAt?: number
  readonly decidedBy?: string
  readonly caseId?: string
  readonly revision: number
}

export type Advisory = {
  readonly id: string
  readonly product: string
  readonly state: "draft" | "scheduled" | "held" | "published" | "withdrawn"
  readonly stateAt: number
  readonly title: string
  readonly rating?: string
  readonly names: readonly (string)[]
  readonly version: number
  readonly publishedAt?: number
  readonly hold?: {
    readonly reason: string
    readonly until: number
    readonly isOver: boolean
  }
  readonly revision: number
}

export type AdvisoryInFull = {
  readonly id: string
  readonly product: string
  readonly state: "draft" | "scheduled" | "held" | "published" | "withdrawn"
  readonly stateAt: number
  readonly title: string
  readonly rating?: string
  readonly names: readonly (string)[]
  readonly version: number
  readonly publishedAt?: number
  readonly hold?: {
    readonly reason: string
    readonly until: number
    readonly isOver: boolean
  }
  readonly revision: number
  readonly content: {
    readonly title: string
    readonly summary: string
    readonly impact: string
    readonly action: string
    readonly tlp: "WHITE" | "GREEN" | "AMBER" | "RED"
    readonly vulnerabilities: readonly (AdvisoryVulnerabilityOutput)[]
    readonly credits: readonly ({
      readonly name: string
      readonly organization: string
    })[]
    readonly references: readonly ({
      readonly summary: string
      readonly url: string
    })[]
  }
  readonly finding?: string
  readonly reports: readonly (string)[]
  readonly flaws: readonly (string)[]
  readonly unfixed: readonly (string)[]
  readonly versions: readonly ({
    readonly version: number
    readonly at: number
    readonly change: string
  })[]
  readonly url?: string
}

export type AdvisoryValidation = {
  readonly revision: number
  readonly version?: number
  readonly isValid: boolean
  readonly messages: readonly (CsafMessage)[]
  readonly counts: {
    readonly error: number
    readonly warning: number
    readonly info: number
  }
}

export type CsafMessage = {
  readonly severity: "error" | "warning" | "info"
  readonly test: string
  readonly pointer: string
  readonly text: string
}

export type PublishedVex = {
  readonly trackingId: string
  readonly version: number
  readonly url: string
}

export type AdvisoryTreeFile = {
  readonly path: string
  readonly type: string
  readonly text: string
}

export type DisclosureSettings = {
  readonly organisation: string
  readonly contacts: readonly (string)[]
  readonly publicUrl: string
  readonly policyUrl: string
  readonly languages: readonly (string)[]
  readonly encryptionUrl: string
  readonly publicKey: string
  readonly acknowledgmentsUrl: string
  readonly bounty: boolean
  readonly acknowledgeHours: number
  readonly assessHours: number
  readonly publishDays: number
  readonly isSetUp: boolean
  readonly revision: number
  readonly expiresAt?: number
  readonly securityText?: string
  readonly securityTextUrl: string
}

export type VulnerabilityReport = {
  readonly id: string
  readonly receivedAt: number
  readonly state: "received" | "acknowledged" | "confirmed" | "duplicate" | "invalid" | "fixing" | "fixed" | "published" | "closed"
  readonly stateAt: number
  readonly title: string
  readonly affected: string
  readonly version: string
  readonly product?: string
  readonly assignee?: string
  readonly duplicateOf?: string
  readonly isEmbargoed: boolean
  readonly acknowledgeBy: number
  readonly assessBy: number
  readonly overdue?: "acknowledgement" | "assessment"
  readonly reporterWroteAt?: number
  readonly revision: number
}

export type VulnerabilityReportInFull = {
  readonly id: string
  readonly receivedAt: number
  readonly state: "received" | "acknowledged" | "confirmed" | "duplicate" | "invalid" | "fixing" | "fixed" | "published" | "closed"
  readonly stateAt: number
  readonly title: string
  readonly affected: string
  readonly version: string
  readonly product?: string
  readonly assignee?: string
  readonly duplicateOf?: string
  readonly isEmbargoed: boolean
  readonly acknowledgeBy: number
  readonly assessBy: number
  readonly overdue?: "acknowledgement" | "assessment"
  readonly reporterWroteAt?: number
  readonly revision: number
  readonly text: string
  readonly reporter: string
  readonly contact: string
  readonly creditName: string
  readonly isToldByMail: boolean
  readonly next: readonly ("received" | "acknowledged" | "confirmed" | "duplicate" | "invalid" | "fixing" | "fixed" | "published" | "closed")[]
  readonly entries: readonly ({
    readonly at: number
    readonly kind: "state" | "reporter" | "answer" | "note"
    readonly by?: string
    readonly text: string
  })[]
}

export type Dossier = {
  readonly version: number
  readonly state: "built" | "building" | "broken-off" | "failed"
  readonly begunAt: number
  readonly by: string
  readonly filesDone: number
  readonly filesInAll: number
  readonly trouble?: string
  readonly status?: "complete" | "incomplete"
  readonly declaration?: "draft" | "signed" | "outdated" | "not-due"
  readonly gaps?: readonly (DossierGap)[]
  readonly sha256?: string
  readonly length?: number
  readonly manifestSha256?: string
  readonly retainedUntil?: number
}

export type DossierGap = {
  readonly item: string
  readonly what: string
  readonly next: string
}

export type Declaration = {
  readonly state: "draft" | "signed" | "outdated" | "not-due"
  readonly draft: {
    readonly sha256: string
    readonly text: {
      readonly product: string
      readonly items: readonly ({
        readonly number: string
        readonly title: string
        readonly lines: readonly (string)[]
      })[]
    }
  }
  readonly missing: readonly (DossierGap)[]
  readonly simplified: string
  readonly translations: readonly ({
    readonly language: "de" | "fr"
    readonly text: {
      readonly product: string
      readonly items: readonly ({
        readonly number: string
        readonly title: string
        readonly lines: readonly (string)[]
      })[]
    }
    readonly simplified: string
  })[]
  readonly signed?: SignedDeclaration
}

export type SignedDeclaration = {
  readonly number: number
  readonly at: number
  readonly by: string
  readonly byName: string
  readonly signer: {
    readonly name: string
    readonly function: string
    readonly place: string
    readonly date: string
  }
  readonly text: {
    readonly product: string
    readonly items: readonly ({
      readonly number: string
      readonly title: string
      readonly lines: readonly (string)[]
    })[]
  }
  readonly textSha256: string
  readonly document?: {
    readonly sha256: string
    readonly length: number
  }
}

export type PublicDeclaration = {
  readonly isPublic: boolean
  readonly revision: number
  readonly changedAt?: number
  readonly number?: number
  readonly newest: number
  readonly address: string
}

export type AuditEntry = {
  readonly seq: number
  readonly hash: string
  readonly prev: string
  readonly at: number
  readonly actor: Actor
  readonly action: string
  readonly product?: string
  readonly subject: string
  readonly before?: unknown
  readonly after?: unknown
  readonly outcome: "done" | "refused"
  readonly code?: string
  readonly requestId?: string
}

export type Actor = {
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly person?: string
  readonly via: string
  readonly address?: string
  readonly credential?: string
}

export type AuditHead = {
  readonly seq: number
  readonly hash: string
  readonly statement?: string
  readonly checkpoint?: string
  readonly keys: unknown
}

export type AuditVerdict = {
  readonly lines: number
  readonly firstSeq: number
  readonly head: {
    readonly seq: number
    readonly hash: string
  }
  readonly broken?: {
    readonly seq: number
    readonly flaw: string
  }
}

export type Webhook = {
  readonly id: string
  readonly product?: string
  readonly url: string
  readonly description: string
  readonly types: readonly (string)[]
  readonly state: "enabled" | "disabled" | "failed"
  readonly revision: number
  readonly createdAt: number
  readonly createdBy: string
  readonly oldSecretUntil?: number
  readonly attempts: number
  readonly nextAt?: number
  readonly failingSince?: number
}

export type WebhookAdded = {
  readonly id: string
  readonly product?: string
  readonly url: string
  readonly description: string
  readonly types: readonly (string)[]
  readonly state: "enabled" | "disabled" | "failed"
  readonly revision: number
  readonly createdAt: number
  readonly createdBy: string
  readonly oldSecretUntil?: number
  readonly attempts: number
  readonly nextAt?: number
  readonly failingSince?: number
  readonly secret: string
}

export type WebhookSecretRotated = {
  readonly secret: string
  readonly oldSecretUntil: number
}

export type WebhookTested = {
  readonly isDelivered: boolean
  readonly status?: number
  readonly error?: string
}

export type WebhookDelivery = {
  readonly event: string
  readonly position: number
  readonly type: string
  readonly state: "delivered" | "failing" | "asked"
  readonly attempts: number
  readonly firstAt: number
  readonly lastAt: number
  readonly status?: number
  readonly error?: string
}

export type Mail = {
  readonly id: string
  readonly about: string
  readonly to: string
  readonly subject: string
  readonly state: "waiting" | "sent" | "given-up"
  readonly isUrgent: boolean
  readonly addedAt: number
  readonly attempts: number
  readonly nextAt?: number
  readonly endedAt?: number
  readonly error?: string
}

export type MailStatus = {
  readonly isSetUp: boolean
  readonly from?: string
  readonly waiting: number
  readonly givenUp: number
  readonly subscriptions: number
  readonly unconfirmed: number
}

export type MailTopics = {
  readonly address?: string
  readonly topics: readonly ({
    readonly topic: "deadline-passed" | "deadline-near" | "newly-exploited" | "disclosure-overdue" | "support-ending"
    readonly isOn: boolean
    readonly isSwitchable: boolean
  })[]
}

export type Subscription = {
  readonly id: string
  readonly address: string
  readonly product: string
  readonly device?: string
  readonly language: string
  readonly askedAt: number
  readonly confirmedAt?: number
  readonly bounces: number
}

export type Retention = {
  readonly reportsDays: number
  readonly commandsDays: number
  readonly signInsDays: number
  readonly staysDays: number
  readonly eventsDays: number
  readonly deliveriesDays: number
  readonly auditDays: number
  readonly hold: boolean
}

export type BreakGlassState = {
  readonly sealedAt?: number
  readonly uses: readonly (BreakGlassUse)[]
}

export type BreakGlassUse = {
  readonly id: string
  readonly createdAt: number
  readonly usedAt: number
  readonly usedFrom?: string
  readonly acknowledgedAt?: number
  readonly acknowledgedBy?: string
}

export type BreakGlassOpened = {
  readonly token?: string
  readonly expiresAt?: number
}

export type BreakGlassAlarm = {
  readonly id: string
  readonly usedAt: number
}

export type Account = {
  readonly id: string
  readonly kind: "person" | "service"
  readonly name: string
  readonly login?: string
  readonly owner?: string
  readonly breakGlass: boolean
  readonly createdAt: number
  readonly disabledAt?: number
  readonly revision: number
}

export type WayIn = {
  readonly url: string
  readonly expiresAt: number
}

export type AccountInFull = {
  readonly id: string
  readonly kind: "person" | "service"
  readonly name: string
  readonly login?: string
  readonly owner?: string
  readonly breakGlass: boolean
  readonly createdAt: number
  readonly disabledAt?: number
  readonly revision: number
  readonly grants: readonly ({
    readonly id: string
    readonly role: "viewer" | "operator" | "releaseManager" | "securityOfficer" | "auditor" | "administrator"
    readonly product: "*" | string
    readonly grantedAt: number
    readonly grantedBy: string
  })[]
}

export type ApiToken = {
  readonly id: string
  readonly account: string
  readonly parent?: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly ("product.read" | "product.create" | "product.manage" | "device.read" | "device.command" | "device.manage" | "device.erase" | "enrolment.create" | "release.read" | "release.publish" | "release.withdraw" | "rollout.read" | "rollout.plan" | "rollout.control" | "rollout.approve" | "rollout.emergency" | "deadline.loosen" | "webhook.manage" | "disclosure.read" | "disclosure.manage" | "advisory.read" | "advisory.manage" | "finding.read" | "finding.decide" | "gate.manage" | "evidence.add" | "feed.import" | "feed.manage" | "case.read" | "case.manage" | "mail.manage" | "dossier.read" | "dossier.build" | "declaration.sign" | "audit.read" | "account.read" | "account.manage" | "token.own" | "session.own" | "server.read" | "server.manage")[]
  readonly product: "*" | string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number
  readonly lastUsedAt?: number
}

export type ApiTokenWithSecret = {
  readonly id: string
  readonly account: string
  readonly parent?: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly ("product.read" | "product.create" | "product.manage" | "device.read" | "device.command" | "device.manage" | "device.erase" | "enrolment.create" | "release.read" | "release.publish" | "release.withdraw" | "rollout.read" | "rollout.plan" | "rollout.control" | "rollout.approve" | "rollout.emergency" | "deadline.loosen" | "webhook.manage" | "disclosure.read" | "disclosure.manage" | "advisory.read" | "advisory.manage" | "finding.read" | "finding.decide" | "gate.manage" | "evidence.add" | "feed.import" | "feed.manage" | "case.read" | "case.manage" | "mail.manage" | "dossier.read" | "dossier.build" | "declaration.sign" | "audit.read" | "account.read" | "account.manage" | "token.own" | "session.own" | "server.read" | "server.manage")[]
  readonly product: "*" | string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number
  readonly lastUsedAt?: number
  readonly secret: string
}

export type Me = {
  readonly kind: "person" | "service"
  readonly id: string
  readonly name: string
  readonly via: "session" | "token" | "machine"
  readonly account?: AccountInFull
  readonly session?: Session
  readonly rights: Readonly<Record<string, readonly ("product.read" | "product.create" | "product.manage" | "device.read" | "device.command" | "device.manage" | "device.erase" | "enrolment.create" | "release.read" | "release.publish" | "release.withdraw" | "rollout.read" | "rollout.plan" | "rollout.control" | "rollout.approve" | "rollout.emergency" | "deadline.loosen" | "webhook.manage" | "disclosure.read" | "disclosure.manage" | "advisory.read" | "advisory.manage" | "finding.read" | "finding.decide" | "gate.manage" | "evidence.add" | "feed.import" | "feed.manage" | "case.read" | "case.manage" | "mail.manage" | "dossier.read" | "dossier.build" | "declaration.sign" | "audit.read" | "account.read" | "account.manage" | "token.own" | "session.own" | "server.read" | "server.manage")[]>>
}

export type Session = {
  readonly id: string
  readonly factors: readonly ("passkey" | "password" | "totp" | "recoveryCode" | "oidc" | "breakGlass")[]
  readonly openedAt: number
  readonly seenAt: number
  readonly provedAt: number
  readonly endsAt: number
  readonly address?: string
  readonly userAgent: string
  readonly current: boolean
}

export type ServerKeys = {
  readonly fleetCa: readonly ({
    readonly id: string
    readonly state: "waiting" | "signs" | "former"
    readonly createdAt: number
    readonly leavesAt?: number
    readonly listedBy: readonly (string)[]
    readonly devices: number
  })[]
  readonly serverCa: {
    readonly id: string
    readonly createdAt: number
  }
  readonly advisories: readonly ({
    readonly id: string
    readonly state: "waiting" | "signs" | "former"
    readonly createdAt: number
  })[]
  readonly toSign: readonly (string)[]
}

export type ProductKeys = {
  readonly keys: readonly ({
    readonly id: string
    readonly state: "waiting" | "signs" | "former"
    readonly isListed: boolean
    readonly createdAt: number
    readonly leavesAt?: number
    readonly purpose: "timestamp" | "snapshot" | "director" | "commands" | "fleet-ca"
  })[]
  readonly toSign: readonly ("root" | "targets")[]
}

export type Cohort = {
  readonly name: string
  readonly description: string
  readonly rule?: string
  readonly place?: number
  readonly devices: number
}

export type CohortRulesPreview = {
  readonly rules: readonly ({
    readonly cohort: string
    readonly moves: number
  })[]
}

export type SavedFilter = {
  readonly name: string
  readonly filter: string
  readonly description: string
  readonly savedAt: number
  readonly savedBy: string
}

export type Device = {
  readonly id: string
  readonly product: string
  readonly cohort: string
  readonly pinned: boolean
  readonly test: boolean
  readonly quarantine?: {
    readonly at: number
    readonly by: string
    readonly reason: string
  }
  readonly cloneSuspected?: {
    readonly since: number
    readonly returns: number
    readonly conflicts: number
    readonly wentBack: number
  }
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly online: boolean
  readonly enrolledAt: number
  readonly revokedAt?: number
  readonly lastSeenAt?: number
  readonly flappedAt?: number
  readonly certificate?: {
    readonly serial: string
    readonly notAfter: number
  }
  readonly state?: "idle" | "offered" | "downloading" | "installing" | "arming" | "rebooting" | "trial" | "committing" | "rollingBack" | "failed"
  readonly waitingFor?: "approval" | "window" | "postponement" | "optIn" | "deadline" | "power" | "space" | "product" | "start"
  readonly version?: string
  readonly securityCounter?: number
  readonly rollout?: string
  readonly code?: string
  readonly progress?: number
  readonly inventory?: Readonly<Record<string, string>>
  readonly integrity?: "ok" | "corrupt"
  readonly owner?: {
    readonly automaticSecurity: boolean
    readonly automaticFunctionality: boolean
    readonly postponedUntil?: number
    readonly optedOut: boolean
    readonly window?: "none" | OwnWindow
  }
  readonly log?: {
    readonly seq: number
    readonly off: readonly (string)[]
  }
  readonly logBroken?: {
    readonly flaw: "truncated" | "altered" | "unconfirmed"
    readonly known: number
    readonly knownHash: string
    readonly seen: number
    readonly at: number
  }
  readonly reports: {
    readonly last: number
    readonly missing: number
    readonly unchained: number
    readonly refused: number
  }
}

export type DeviceCount = {
  readonly count: number
}

export type DecommissionedDevice = {
  readonly id: string
  readonly decommissioned: true
}

export type Report = {
  readonly seq: number
  readonly receivedAt: number
  readonly state: "idle" | "offered" | "downloading" | "installing" | "arming" | "rebooting" | "trial" | "committing" | "rollingBack" | "failed"
  readonly waitingFor?: "approval" | "window" | "postponement" | "optIn" | "deadline" | "power" | "space" | "product" | "start"
  readonly version: string
  readonly rollout?: string
  readonly code?: string
  readonly refused?: string
  readonly event?: {
    readonly name: string
    readonly facts: Readonly<Record<string, string | number | boolean>>
  }
  readonly missingBefore: number
  readonly prevFits: boolean
  readonly token: string
}

export type Command = {
  readonly id: number
  readonly command: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly state: "pending" | "sent"
  readonly createdAt: number
  readonly seq?: number
  readonly sentAt?: number
}

export type EnrolmentToken = {
  readonly token: string
  readonly cohort: string
  readonly device?: string
  readonly expiresAt: number
}

export type BulkAnswer = {
  readonly matched: number
  readonly changed: number
  readonly after?: string
}

export type Import = {
  readonly lines: number
  readonly expected: number
  readonly changed: number
  readonly unchanged: number
  readonly dryRun: boolean
}

export type ImportRefused = {
  readonly type: string
  readonly status: number
  readonly title: string
  readonly code: string
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  readonly reasons?: readonly ({
    readonly code: string
    readonly sentence: string
  })[]
  readonly mistakes: readonly ({
    readonly line: number
    readonly what: string
    readonly field?: string
  })[]
}

export type ExpectedDevice = {
  readonly id: string
  readonly cohort?: string
  readonly pinned: boolean
  readonly test: boolean
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly expectedAt: number
  readonly token?: string
}

export type NoticeOutput = {
  readonly summary: string
  readonly severity: "none" | "low" | "medium" | "high" | "critical"
  readonly advisories: readonly (string)[]
  readonly url?: string
}

export type AdvisoryVulnerabilityOutput = {
  readonly name: string
  readonly aliases: readonly (string)[]
  readonly description: string
  readonly component: string
  readonly weakness: string
  readonly vector: string
  readonly isExploited: boolean
  readonly affected: readonly (string)[]
  readonly fixed: readonly (string)[]
}

export interface Operations {
  'GET /openapi.json': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Readonly<Record<string, unknown>>
  }
  'GET /attention': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Attention
  }
  'GET /products': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Product)[]
  }
  'POST /products': {
    path: Record<never, never>
    query: Record<never, never>
    body: NewProduct
    ifMatch: false
    answer: ProductInFull
  }
  'GET /products/{product}': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductInFull
  }
  'GET /products/{product}/facts': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductFactsVersion
  }
  'POST /products/{product}/facts': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: ProductFacts
    ifMatch: true
    answer: ProductFactsVersion
  }
  'GET /products/{product}/facts/versions': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (ProductFactsVersion)[]
  }
  'GET /products/{product}/facts/versions/{version}': {
    path: {
      product: string
      version: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductFactsVersion
  }
  'GET /products/{product}/facts/gaps': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductGaps
  }
  'GET /products/{product}/risks': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Risk)[]
  }
  'POST /products/{product}/risks': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewRisk
    ifMatch: false
    answer: Risk
  }
  'GET /products/{product}/risks/{risk}': {
    path: {
      product: string
      risk: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Risk
  }
  'PATCH /products/{product}/risks/{risk}': {
    path: {
      product: string
      risk: string
    }
    query: Record<never, never>
    body: RiskChange
    ifMatch: true
    answer: Risk
  }
  'DELETE /products/{product}/risks/{risk}': {
    path: {
      product: string
      risk: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'GET /products/{product}/risk-assessments': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (RiskAssessment)[]
  }
  'POST /products/{product}/risk-assessments': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewRiskAssessment
    ifMatch: false
    answer: RiskAssessment
  }
  'GET /products/{product}/risk-assessments/{version}': {
    path: {
      product: string
      version: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RiskAssessmentInFull
  }
  'GET /products/{product}/risk-status': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RiskStatus
  }
  'GET /products/{product}/requirements': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RequirementMatrix
  }
  'GET /products/{product}/requirements/{requirement}': {
    path: {
      product: string
      requirement: "I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8"
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RequirementRow
  }
  'POST /products/{product}/requirements/{requirement}': {
    path: {
      product: string
      requirement: "I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8"
    }
    query: Record<never, never>
    body: RequirementAnswer
    ifMatch: true
    answer: RequirementRow
  }
  'POST /products/{product}/requirements/{requirement}/acceptance': {
    path: {
      product: string
      requirement: "I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8"
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: RequirementRow
  }
  'GET /products/{product}/requirements/{requirement}/revisions': {
    path: {
      product: string
      requirement: "I.1" | "I.2.a" | "I.2.b" | "I.2.c" | "I.2.d" | "I.2.e" | "I.2.f" | "I.2.g" | "I.2.h" | "I.2.i" | "I.2.j" | "I.2.k" | "I.2.l" | "I.2.m" | "II.1" | "II.2" | "II.3" | "II.4" | "II.5" | "II.6" | "II.7" | "II.8"
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (RequirementAnswerRevision)[]
  }
  'GET /products/{product}/components': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      state?: "none" | "current" | "overdue" | "other-version" | "refused"
      supplier?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (BuiltInComponent)[]
  }
  'GET /products/{product}/component-status': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ComponentStatus
  }
  'GET /products/{product}/component-reviews': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
      component: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (ComponentReview)[]
  }
  'POST /products/{product}/component-reviews': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewComponentReviews
    ifMatch: false
    answer: ReviewsTaken
  }
  'GET /products/{product}/data-inventory': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: DataInventory
  }
  'GET /products/{product}/information': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductInformation
  }
  'POST /products/{product}/information': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: InformationPublication
    ifMatch: true
    answer: ProductInformation
  }
  'GET /products/{product}/standards': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      gaps?: "true" | "false"
    }
    body: undefined
    ifMatch: false
    answer: readonly (Standard)[]
  }
  'POST /products/{product}/standards': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewStandard
    ifMatch: false
    answer: Standard
  }
  'GET /products/{product}/standards/{standard}': {
    path: {
      product: string
      standard: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Standard
  }
  'POST /products/{product}/standards/{standard}': {
    path: {
      product: string
      standard: string
    }
    query: Record<never, never>
    body: StandardWords
    ifMatch: true
    answer: Standard
  }
  'DELETE /products/{product}/standards/{standard}': {
    path: {
      product: string
      standard: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'GET /products/{product}/standards/{standard}/revisions': {
    path: {
      product: string
      standard: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (StandardRevision)[]
  }
  'GET /products/{product}/data-uses': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      gaps?: "true" | "false"
    }
    body: undefined
    ifMatch: false
    answer: readonly (DataUse)[]
  }
  'POST /products/{product}/data-uses': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewDataUse
    ifMatch: false
    answer: DataUse
  }
  'GET /products/{product}/data-uses/{dataUse}': {
    path: {
      product: string
      dataUse: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: DataUse
  }
  'POST /products/{product}/data-uses/{dataUse}': {
    path: {
      product: string
      dataUse: string
    }
    query: Record<never, never>
    body: DataUseWords
    ifMatch: true
    answer: DataUse
  }
  'DELETE /products/{product}/data-uses/{dataUse}': {
    path: {
      product: string
      dataUse: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'GET /products/{product}/data-uses/{dataUse}/revisions': {
    path: {
      product: string
      dataUse: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (DataUseRevision)[]
  }
  'GET /products/{product}/upstream-reports': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      gaps?: "true" | "false"
    }
    body: undefined
    ifMatch: false
    answer: readonly (UpstreamReport)[]
  }
  'POST /products/{product}/upstream-reports': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewUpstreamReport
    ifMatch: false
    answer: UpstreamReport
  }
  'GET /products/{product}/upstream-reports/{upstreamReport}': {
    path: {
      product: string
      upstreamReport: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: UpstreamReport
  }
  'POST /products/{product}/upstream-reports/{upstreamReport}': {
    path: {
      product: string
      upstreamReport: string
    }
    query: Record<never, never>
    body: UpstreamReportWords
    ifMatch: true
    answer: UpstreamReport
  }
  'DELETE /products/{product}/upstream-reports/{upstreamReport}': {
    path: {
      product: string
      upstreamReport: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'GET /products/{product}/upstream-reports/{upstreamReport}/revisions': {
    path: {
      product: string
      upstreamReport: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (UpstreamReportRevision)[]
  }
  'PUT /products/{product}/metadata/{role}': {
    path: {
      product: string
      role: "root" | "targets" | "security" | "functionality"
    }
    query: Record<never, never>
    body: string
    ifMatch: false
    answer: PublishedMetadata | StagedMetadata
  }
  'PUT /products/{product}/files/{sha256}': {
    path: {
      product: string
      sha256: string
    }
    query: Record<never, never>
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: {
      readonly sha256: string
      readonly length: number
    }
  }
  'GET /products/{product}/releases': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Release)[]
  }
  'GET /products/{product}/releases/{version}': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ReleaseInFull
  }
  'DELETE /products/{product}/releases/{version}': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'POST /products/{product}/releases/{version}/withdraw': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WithdrawnRelease
  }
  'GET /products/{product}/metadata': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: SigningState
  }
  'GET /products/{product}/metadata/files/{file}': {
    path: {
      product: string
      file: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /products/{product}/releases/{version}/difference': {
    path: {
      product: string
      version: string
    }
    query: {
      base?: string
    }
    body: undefined
    ifMatch: false
    answer: SbomDifference
  }
  'GET /products/{product}/rollouts': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Rollout)[]
  }
  'POST /products/{product}/rollouts': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewRollout
    ifMatch: false
    answer: Rollout
  }
  'GET /products/{product}/rollouts/{id}': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RolloutInFull
  }
  'PATCH /products/{product}/rollouts/{id}': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: WidenRollout
    ifMatch: true
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/start': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/pause': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/resume': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/stop': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/retry': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/open-next-group': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/withdraw': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/deadline': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: NewDeadline
    ifMatch: true
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/approve': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: Rollout
  }
  'POST /products/{product}/rollouts/{id}/seen': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Rollout
  }
  'GET /products/{product}/rollouts/{id}/devices': {
    path: {
      product: string
      id: string
    }
    query: {
      column?: "notOffered" | "offered" | "underWay" | "succeeded" | "failed" | "silent" | "waitingForConsent" | "waitingForWindow" | "waiting" | "postponed" | "optedOut" | "offline" | "blocked" | "overtaken"
      group?: string
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (RolloutDevice)[]
  }
  'GET /products/{product}/rollouts/{id}/devices/{device}/explain': {
    path: {
      product: string
      id: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Explanation
  }
  'GET /products/{product}/approval': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ApprovalRule
  }
  'POST /products/{product}/approval': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: ApprovalRule
    ifMatch: false
    answer: ApprovalRule
  }
  'POST /products/{product}/rollouts/preview': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewRollout
    ifMatch: false
    answer: RolloutDraftPreview
  }
  'GET /products/{product}/rollouts/{id}/preview': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RolloutPreview
  }
  'GET /products/{product}/rollouts/{id}/curve': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: RolloutCurve
  }
  'GET /products/{product}/deadlines': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: DeadlinePolicy
  }
  'POST /products/{product}/deadlines': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: DeadlinePolicy
    ifMatch: false
    answer: DeadlinePolicy
  }
  'GET /products/{product}/entitlements/{entitlement}': {
    path: {
      product: string
      entitlement: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly ({
      readonly device: string
      readonly until?: number
    })[]
  }
  'POST /products/{product}/entitlements/{entitlement}': {
    path: {
      product: string
      entitlement: string
    }
    query: Record<never, never>
    body: EntitlementGiven
    ifMatch: false
    answer: {
      readonly changed: number
    }
  }
  'GET /products/{product}/devices/{device}/entitlements': {
    path: {
      product: string
      device: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly ({
      readonly name: string
      readonly until?: number
    })[]
  }
  'POST /products/{product}/releases/{version}/entitlement': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: ReleaseEntitlement
    ifMatch: false
    answer: ReleaseEntitlement
  }
  'GET /feeds': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Feed)[]
  }
  'PUT /feeds/{feed}': {
    path: {
      feed: string
    }
    query: {
      kind: "osv" | "kev" | "euvd" | "epss" | "cve" | "csaf"
      source?: string
      sha256?: string
      control?: string
      acceptFewer?: "true" | "false"
      controlVulnerability?: string
    }
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: Feed | {
      readonly feed: string
    }
  }
  'GET /feed-sources': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (FeedSource)[]
  }
  'POST /feed-sources': {
    path: Record<never, never>
    query: Record<never, never>
    body: {
      readonly feed: string
      readonly kind: "osv" | "kev" | "euvd" | "epss" | "cve" | "csaf"
      readonly place: string
      readonly everySeconds: number
      readonly digestBeside?: boolean
      readonly openPgpKey?: string
      readonly control?: string
      readonly controlVulnerability?: string
    }
    ifMatch: false
    answer: FeedSource
  }
  'DELETE /feed-sources/{feed}': {
    path: {
      feed: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /products/{product}/findings': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      severity?: "critical" | "high" | "medium" | "low" | "none"
      exploited?: "true" | "false"
      release?: string
      vulnerability?: string
      ended?: "true" | "false"
    }
    body: undefined
    ifMatch: false
    answer: readonly (Finding)[]
  }
  'GET /products/{product}/findings/{finding}': {
    path: {
      product: string
      finding: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: FindingInFull
  }
  'POST /products/{product}/findings/{finding}/decide': {
    path: {
      product: string
      finding: string
    }
    query: Record<never, never>
    body: FindingDecision
    ifMatch: true
    answer: FindingInFull
  }
  'GET /products/{product}/releases/{version}/coverage': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ReleaseCoverage
  }
  'GET /products/{product}/findings/{finding}/paths': {
    path: {
      product: string
      finding: string
    }
    query: {
      release?: string
    }
    body: undefined
    ifMatch: false
    answer: ComponentPaths
  }
  'GET /vulnerabilities/{name}/exposure': {
    path: {
      name: string
    }
    query: {
      offlineAfter?: number
    }
    body: undefined
    ifMatch: false
    answer: {
      readonly vulnerability: string
      readonly total: number
      readonly exposed: number
      readonly products: readonly (Exposure)[]
    }
  }
  'GET /products/{product}/findings/{finding}/exposure': {
    path: {
      product: string
      finding: string
    }
    query: {
      offlineAfter?: number
    }
    body: undefined
    ifMatch: false
    answer: Exposure
  }
  'GET /products/{product}/vex': {
    path: {
      product: string
    }
    query: {
      format?: "OpenVEX" | "CycloneDX" | "CSAF"
    }
    body: undefined
    ifMatch: false
    answer: {
      readonly document: Readonly<Record<string, unknown>>
      readonly lost: readonly (string)[]
    }
  }
  'PUT /products/{product}/vex': {
    path: {
      product: string
    }
    query: {
      format?: "OpenVEX" | "CycloneDX" | "CSAF"
    }
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: {
      readonly id: string
      readonly publisher: string
      readonly statements: number
      readonly skipped: readonly ({
        readonly at: string
        readonly reason: string
      })[]
      readonly lost: readonly (string)[]
    }
  }
  'GET /products/{product}/releases/{version}/gate': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: readonly (GateResult)[]
  }
  'POST /products/{product}/releases/{version}/gate': {
    path: {
      product: string
      version: string
    }
    query: Record<never, never>
    body: GateCheck
    ifMatch: false
    answer: GateResult
  }
  'GET /products/{product}/gate-policy': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: GatePolicy
  }
  'POST /products/{product}/gate-policy': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: GatePolicyChange
    ifMatch: true
    answer: GatePolicy
  }
  'GET /products/{product}/gate-waivers': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      version?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (GateWaiver)[]
  }
  'POST /products/{product}/gate-waivers': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewGateWaiver
    ifMatch: false
    answer: GateWaiver
  }
  'POST /products/{product}/gate-waivers/{waiver}/end': {
    path: {
      product: string
      waiver: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: GateWaiver
  }
  'GET /products/{product}/evidence': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
      subject?: string
      release?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (Evidence)[]
  }
  'PUT /products/{product}/evidence/files/{sha256}': {
    path: {
      product: string
      sha256: string
    }
    query: {
      kind: "sarif" | "junit" | "test-report" | "pentest" | "ai-review" | "arch-review" | "other"
      subject: string
      name: string
      outcome?: "passed" | "failed"
    }
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: Evidence
  }
  'GET /products/{product}/evidence/{evidence}/file': {
    path: {
      product: string
      evidence: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /cases': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      state?: "open" | "closed"
    }
    body: undefined
    ifMatch: false
    answer: readonly (Case)[]
  }
  'POST /cases': {
    path: Record<never, never>
    query: Record<never, never>
    body: NewCase
    ifMatch: false
    answer: CaseInFull
  }
  'GET /cases/{id}': {
    path: {
      id: string
    }
    query: {
      at?: number
    }
    body: undefined
    ifMatch: false
    answer: CaseInFull
  }
  'POST /cases/{id}/events': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: CaseAct
    ifMatch: true
    answer: CaseInFull
  }
  'GET /cases/{id}/sheet': {
    path: {
      id: string
    }
    query: {
      stage: "earlyWarning" | "notification" | "finalReport"
      format?: "json" | "text" | "html"
    }
    body: undefined
    ifMatch: false
    answer: CaseSheet
  }
  'GET /case-suggestions': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      state?: "open" | "taken-up" | "dismissed"
    }
    body: undefined
    ifMatch: false
    answer: readonly (CaseSuggestion)[]
  }
  'GET /case-suggestions/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: CaseSuggestion
  }
  'POST /case-suggestions/{id}/take-up': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: CaseSuggestionTakenUp
    ifMatch: true
    answer: CaseInFull
  }
  'POST /case-suggestions/{id}/dismiss': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: CaseSuggestionDismissed
    ifMatch: true
    answer: CaseSuggestion
  }
  'GET /products/{product}/advisories': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Advisory)[]
  }
  'POST /products/{product}/advisories': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewAdvisory
    ifMatch: false
    answer: AdvisoryInFull
  }
  'GET /products/{product}/advisories/{advisory}': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: AdvisoryInFull
  }
  'PATCH /products/{product}/advisories/{advisory}': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: AdvisoryChange
    ifMatch: true
    answer: AdvisoryInFull
  }
  'DELETE /products/{product}/advisories/{advisory}': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'POST /products/{product}/advisories/{advisory}/hold': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: AdvisoryHold
    ifMatch: false
    answer: AdvisoryInFull
  }
  'POST /products/{product}/advisories/{advisory}/publish': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: AdvisoryPublication
    ifMatch: true
    answer: AdvisoryInFull
  }
  'POST /products/{product}/advisories/{advisory}/withdraw': {
    path: {
      product: string
      advisory: string
    }
    query: Record<never, never>
    body: AdvisoryWithdrawal
    ifMatch: true
    answer: AdvisoryInFull
  }
  'GET /products/{product}/advisories/{advisory}/document': {
    path: {
      product: string
      advisory: string
    }
    query: {
      version?: number
    }
    body: undefined
    ifMatch: false
    answer: Readonly<Record<string, unknown>>
  }
  'GET /products/{product}/advisories/{advisory}/validation': {
    path: {
      product: string
      advisory: string
    }
    query: {
      version?: number
    }
    body: undefined
    ifMatch: false
    answer: AdvisoryValidation
  }
  'POST /products/{product}/vex/publish': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: VexPublication
    ifMatch: false
    answer: PublishedVex
  }
  'GET /advisories/tree': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (AdvisoryTreeFile)[]
  }
  'GET /disclosure/settings': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: DisclosureSettings
  }
  'PATCH /disclosure/settings': {
    path: Record<never, never>
    query: Record<never, never>
    body: DisclosureSettingsChange
    ifMatch: true
    answer: DisclosureSettings
  }
  'GET /disclosure/reports': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      state?: "received" | "acknowledged" | "confirmed" | "duplicate" | "invalid" | "fixing" | "fixed" | "published" | "closed"
    }
    body: undefined
    ifMatch: false
    answer: readonly (VulnerabilityReport)[]
  }
  'GET /disclosure/reports/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: VulnerabilityReportInFull
  }
  'PATCH /disclosure/reports/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: VulnerabilityReportChange
    ifMatch: true
    answer: VulnerabilityReportInFull
  }
  'DELETE /disclosure/reports/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'POST /disclosure/reports/{id}/state': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: VulnerabilityReportMove
    ifMatch: false
    answer: VulnerabilityReportInFull
  }
  'POST /disclosure/reports/{id}/messages': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: VulnerabilityReportMessage
    ifMatch: false
    answer: VulnerabilityReportInFull
  }
  'GET /products/{product}/dossiers': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Dossier)[]
  }
  'POST /products/{product}/dossiers': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: DossierOrder
    ifMatch: false
    answer: Dossier
  }
  'GET /products/{product}/dossiers/{version}': {
    path: {
      product: string
      version: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Dossier
  }
  'DELETE /products/{product}/dossiers/{version}': {
    path: {
      product: string
      version: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /products/{product}/dossiers/{version}/archive': {
    path: {
      product: string
      version: number
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /products/{product}/declaration': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Declaration
  }
  'GET /products/{product}/declaration/signatures': {
    path: {
      product: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (SignedDeclaration)[]
  }
  'POST /products/{product}/declaration/signatures': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: DeclarationSignature
    ifMatch: false
    answer: SignedDeclaration
  }
  'PUT /products/{product}/declaration/signatures': {
    path: {
      product: string
    }
    query: {
      name: string
      function: string
      place: string
      date: string
      textSha256: string
    }
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: SignedDeclaration
  }
  'GET /products/{product}/declaration/publication': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: PublicDeclaration
  }
  'POST /products/{product}/declaration/publication': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: DeclarationPublication
    ifMatch: true
    answer: PublicDeclaration
  }
  'GET /audit': {
    path: Record<never, never>
    query: {
      after?: number
      limit?: number
      product?: string
      actor?: string
      action?: string
      subject?: string
      outcome?: "done" | "refused"
      since?: number
      until?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (AuditEntry)[]
  }
  'GET /audit/head': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: AuditHead
  }
  'GET /audit/verification': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: AuditVerdict
  }
  'GET /audit/export': {
    path: Record<never, never>
    query: {
      format?: "jsonl" | "rfc5424" | "ocsf"
      since?: number
    }
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /events': {
    path: Record<never, never>
    query: {
      types?: string
      after?: number
    }
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /products/{product}/events': {
    path: {
      product: string
    }
    query: {
      types?: string
      after?: number
    }
    body: undefined
    ifMatch: false
    answer: Blob
  }
  'GET /webhooks': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Webhook)[]
  }
  'POST /webhooks': {
    path: Record<never, never>
    query: Record<never, never>
    body: NewWebhook
    ifMatch: false
    answer: WebhookAdded
  }
  'GET /webhooks/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Webhook
  }
  'PATCH /webhooks/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: WebhookChange
    ifMatch: true
    answer: Webhook
  }
  'DELETE /webhooks/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'POST /webhooks/{id}/secret': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: WebhookSecretRotation
    ifMatch: false
    answer: WebhookSecretRotated
  }
  'POST /webhooks/{id}/test': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WebhookTested
  }
  'GET /webhooks/{id}/deliveries': {
    path: {
      id: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (WebhookDelivery)[]
  }
  'POST /webhooks/{id}/deliveries/{event}/redelivery': {
    path: {
      id: string
      event: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WebhookDelivery
  }
  'GET /products/{product}/webhooks': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Webhook)[]
  }
  'POST /products/{product}/webhooks': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewWebhook
    ifMatch: false
    answer: WebhookAdded
  }
  'GET /products/{product}/webhooks/{id}': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Webhook
  }
  'PATCH /products/{product}/webhooks/{id}': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: WebhookChange
    ifMatch: true
    answer: Webhook
  }
  'DELETE /products/{product}/webhooks/{id}': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'POST /products/{product}/webhooks/{id}/secret': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: WebhookSecretRotation
    ifMatch: false
    answer: WebhookSecretRotated
  }
  'POST /products/{product}/webhooks/{id}/test': {
    path: {
      product: string
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WebhookTested
  }
  'GET /products/{product}/webhooks/{id}/deliveries': {
    path: {
      product: string
      id: string
    }
    query: {
      after?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (WebhookDelivery)[]
  }
  'POST /products/{product}/webhooks/{id}/deliveries/{event}/redelivery': {
    path: {
      product: string
      id: string
      event: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WebhookDelivery
  }
  'GET /mails': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      state?: "waiting" | "sent" | "given-up"
    }
    body: undefined
    ifMatch: false
    answer: readonly (Mail)[]
  }
  'GET /mails/status': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: MailStatus
  }
  'POST /mails/test': {
    path: Record<never, never>
    query: Record<never, never>
    body: MailTest
    ifMatch: false
    answer: {
      readonly isSent: boolean
      readonly error?: string
    }
  }
  'GET /me/mail-topics': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: MailTopics
  }
  'POST /me/mail-topics': {
    path: Record<never, never>
    query: Record<never, never>
    body: MailTopicsOff
    ifMatch: false
    answer: MailTopics
  }
  'GET /subscriptions': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      product?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (Subscription)[]
  }
  'DELETE /subscriptions/{id}': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /retention': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Retention
  }
  'GET /break-glass': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: BreakGlassState
  }
  'POST /break-glass': {
    path: Record<never, never>
    query: Record<never, never>
    body: BreakGlassCode
    ifMatch: false
    answer: BreakGlassOpened
  }
  'GET /break-glass/alarms': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: readonly (BreakGlassAlarm)[]
  }
  'POST /break-glass/uses/{id}/acknowledgement': {
    path: {
      id: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /accounts': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
      kind?: "person" | "service"
      owner?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (Account)[]
  }
  'POST /accounts': {
    path: Record<never, never>
    query: Record<never, never>
    body: NewAccount
    ifMatch: false
    answer: {
      readonly id: string
      readonly kind: "person" | "service"
      readonly name: string
      readonly login?: string
      readonly owner?: string
      readonly breakGlass: boolean
      readonly createdAt: number
      readonly disabledAt?: number
      readonly revision: number
      readonly grants: readonly ({
        readonly id: string
        readonly role: "viewer" | "operator" | "releaseManager" | "securityOfficer" | "auditor" | "administrator"
        readonly product: "*" | string
        readonly grantedAt: number
        readonly grantedBy: string
      })[]
      readonly wayIn?: WayIn
    }
  }
  'GET /accounts/{account}': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: AccountInFull
  }
  'PATCH /accounts/{account}': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: AccountEdit
    ifMatch: true
    answer: AccountInFull
  }
  'DELETE /accounts/{account}': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'POST /accounts/{account}/grants': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: NewGrant
    ifMatch: false
    answer: AccountInFull
  }
  'DELETE /accounts/{account}/grants/{grant}': {
    path: {
      account: string
      grant: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: AccountInFull
  }
  'POST /accounts/{account}/way-in': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: WayIn
  }
  'GET /me/tokens': {
    path: Record<never, never>
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (ApiToken)[]
  }
  'POST /me/tokens': {
    path: Record<never, never>
    query: Record<never, never>
    body: NewApiToken
    ifMatch: false
    answer: ApiTokenWithSecret
  }
  'DELETE /me/tokens/{token}': {
    path: {
      token: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /accounts/{account}/tokens': {
    path: {
      account: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (ApiToken)[]
  }
  'POST /accounts/{account}/tokens': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: NewApiToken
    ifMatch: false
    answer: ApiTokenWithSecret
  }
  'DELETE /accounts/{account}/tokens/{token}': {
    path: {
      account: string
      token: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /me': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Me
  }
  'GET /me/sessions': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: readonly (Session)[]
  }
  'DELETE /me/sessions': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: {
      readonly ended: number
    }
  }
  'DELETE /me/sessions/{session}': {
    path: {
      session: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /accounts/{account}/sessions': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: readonly (Session)[]
  }
  'DELETE /accounts/{account}/sessions': {
    path: {
      account: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: {
      readonly ended: number
    }
  }
  'DELETE /accounts/{account}/sessions/{session}': {
    path: {
      account: string
      session: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /keys': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ServerKeys
  }
  'POST /keys/{purpose}/rotate': {
    path: {
      purpose: "fleet-ca" | "server-ca" | "tls" | "advisories"
    }
    query: Record<never, never>
    body: KeyRotation
    ifMatch: false
    answer: ServerKeys
  }
  'POST /keys/fleet-ca/retire': {
    path: Record<never, never>
    query: Record<never, never>
    body: KeyRetirement
    ifMatch: false
    answer: ServerKeys
  }
  'GET /products/{product}/keys': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: ProductKeys
  }
  'POST /products/{product}/keys/{purpose}/rotate': {
    path: {
      product: string
      purpose: "timestamp" | "snapshot" | "director" | "commands"
    }
    query: Record<never, never>
    body: KeyRotation
    ifMatch: false
    answer: ProductKeys
  }
  'GET /docs': {
    path: Record<never, never>
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /docs/{file}': {
    path: {
      file: "swagger-ui.css" | "swagger-ui-bundle.js" | "start.js" | "page.css"
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /products/{product}/cohorts': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Cohort)[]
  }
  'POST /products/{product}/cohorts': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewCohort
    ifMatch: false
    answer: Cohort
  }
  'GET /products/{product}/cohorts/{cohort}': {
    path: {
      product: string
      cohort: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Cohort
  }
  'PATCH /products/{product}/cohorts/{cohort}': {
    path: {
      product: string
      cohort: string
    }
    query: Record<never, never>
    body: CohortChange
    ifMatch: false
    answer: Cohort
  }
  'DELETE /products/{product}/cohorts/{cohort}': {
    path: {
      product: string
      cohort: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
  'GET /products/{product}/cohort-rules': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: CohortRules
  }
  'POST /products/{product}/cohort-rules': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: CohortRules
    ifMatch: true
    answer: CohortRules
  }
  'POST /products/{product}/cohort-rules/preview': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: CohortRules
    ifMatch: false
    answer: CohortRulesPreview
  }
  'GET /products/{product}/filters': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (SavedFilter)[]
  }
  'POST /products/{product}/filters': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewFilter
    ifMatch: false
    answer: SavedFilter
  }
  'GET /products/{product}/filters/{filter}': {
    path: {
      product: string
      filter: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: SavedFilter
  }
  'PATCH /products/{product}/filters/{filter}': {
    path: {
      product: string
      filter: string
    }
    query: Record<never, never>
    body: FilterChange
    ifMatch: true
    answer: SavedFilter
  }
  'DELETE /products/{product}/filters/{filter}': {
    path: {
      product: string
      filter: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: true
    answer: undefined
  }
  'GET /products/{product}/devices': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
      filter?: string
      saved?: string
      cohort?: string
    }
    body: undefined
    ifMatch: false
    answer: readonly (Device)[]
  }
  'GET /products/{product}/devices/{device}': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Device
  }
  'PATCH /products/{product}/devices/{device}': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: DeviceChange
    ifMatch: false
    answer: Device
  }
  'GET /products/{product}/device-count': {
    path: {
      product: string
    }
    query: {
      filter?: string
      saved?: string
      cohort?: string
    }
    body: undefined
    ifMatch: false
    answer: DeviceCount
  }
  'POST /products/{product}/devices/{device}/quarantine': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: NewQuarantine
    ifMatch: false
    answer: Device
  }
  'POST /products/{product}/devices/{device}/release': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Device
  }
  'POST /products/{product}/devices/{device}/dismiss-suspicion': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Device
  }
  'POST /products/{product}/devices/{device}/decommission': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: DecommissionedDevice
  }
  'POST /products/{product}/devices/{device}/revoke': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: Device
  }
  'GET /products/{product}/devices/{device}/reports': {
    path: {
      product: string
      device: string
    }
    query: {
      before?: number
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (Report)[]
  }
  'GET /products/{product}/devices/{device}/commands': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: readonly (Command)[]
  }
  'POST /products/{product}/devices/{device}/commands': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: NewCommand
    ifMatch: false
    answer: Command
  }
  'POST /products/{product}/enrolment-tokens': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewEnrolmentToken
    ifMatch: false
    answer: EnrolmentToken
  }
  'POST /products/{product}/device-changes': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: BulkChange
    ifMatch: false
    answer: BulkAnswer
  }
  'PUT /products/{product}/device-import': {
    path: {
      product: string
    }
    query: {
      dryRun?: "true" | "false"
    }
    body: Blob | Uint8Array<ArrayBuffer>
    ifMatch: false
    answer: Import
  }
  'GET /products/{product}/expected-devices': {
    path: {
      product: string
    }
    query: {
      after?: string
      limit?: number
    }
    body: undefined
    ifMatch: false
    answer: readonly (ExpectedDevice)[]
  }
  'POST /products/{product}/expected-devices': {
    path: {
      product: string
    }
    query: Record<never, never>
    body: NewExpectedDevice
    ifMatch: false
    answer: ExpectedDevice
  }
  'DELETE /products/{product}/expected-devices/{device}': {
    path: {
      product: string
      device: string
    }
    query: Record<never, never>
    body: undefined
    ifMatch: false
    answer: undefined
  }
}
