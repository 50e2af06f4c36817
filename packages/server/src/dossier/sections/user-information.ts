/** Annex VII 1(d): information and instructions to the user, all nine points of Annex II (CRA P-145). */
import { facts } from '../document.ts'
import { factGaps } from '../fact-gaps.ts'
import type { Section } from '../section.ts'

export const userInformation: Section = {
  id: 'user-information',
  item: '1',
  title: 'Information and instructions to the user (Annex II)',
  async write(source) {
    const { facts: of } = source
    const { manufacturer, singlePointOfContact: contact, identification, instructions } = of
    const end = of.supportPeriod?.ends
    return {
      blocks: [
        facts([
          [
            'II.1 Manufacturer',
            manufacturer &&
              [
                ...[manufacturer.name, manufacturer.postalAddress, manufacturer.email],
                ...[manufacturer.contact, manufacturer.website],
              ]
                .filter(Boolean)
                .join(', '),
          ],
          ['II.2 Where vulnerabilities are reported', contact?.address],
          ['II.2 Policy on coordinated disclosure', contact?.policyUrl],
          ['II.3 Name and type', [of.name, identification?.model].filter(Boolean).join(', ')],
          ['II.4 Intended purpose', of.intendedPurpose],
          ['II.4 Security environment', of.securityEnvironment],
          ['II.4 Essential functions', of.essentialFunctions?.join('; ')],
          ['II.4 Security properties', of.securityProperties?.join('; ')],
          ['II.5 Circumstances that may lead to risks', of.misuseRisks?.join('; ')],
          ['II.6 Declaration of conformity', of.declaration?.url],
          ['II.7 Security support', of.securitySupport],
          ['II.7 End of the support period', end],
          ['II.8(a) Commissioning and secure use', instructions?.commissioning],
          ['II.8(b) How changes affect security', instructions?.changes],
          ['II.8(c) Installing security updates', instructions?.updates],
          ['II.8(d) Secure decommissioning', instructions?.decommissioning],
          ['II.8(e) Turning automatic updates off', instructions?.turnOffAutomatic],
          ['II.8(f) For who builds it into other products', instructions?.integration],
          ['II.9 SBOM', of.sbomUrl],
        ]),
      ],
      gaps: factGaps(source, 'annex-2'),
    }
  },
}
