/** The words of the public pages. `{name}` is filled with a value. */
export const en = {
  'page.skip': 'Skip to the content',
  'page.language': 'Language',
  'page.nav': 'Products and security',
  'page.title': '{title} – {organisation}',
  'page.nobody': 'Security',
  'nav.policy': 'Policy',
  'nav.advisories': 'Advisories',
  'nav.report': 'Report a vulnerability',
  'nav.follow': 'Your report',
  'nav.thanks': 'Thanks',

  'advisories.title': 'Security advisories',
  'advisories.intro':
    'What we know of vulnerabilities in our products, what they mean for you and what you shall do.',
  'advisories.none': 'There is no advisory.',
  'advisories.feed': 'Follow them as an Atom feed',
  'advisories.id': 'Advisory',
  'advisories.product': 'Product',
  'advisories.severity': 'Severity',
  'advisories.published': 'Published',
  'advisories.updated': 'Changed',
  'advisories.change': 'What is new',
  'advisories.machine': 'For programs',
  'advisories.summary': 'What it is',
  'advisories.action': 'What you shall do',
  'advisories.impact': 'What it means',
  'advisories.affected': 'Affected',
  'advisories.fixed': 'Fixed in',
  'advisories.notFixed': 'There is no fix yet.',
  'advisories.component': 'In',
  'advisories.aliases': 'Also known as',
  'advisories.exploited': 'It is actively exploited.',
  'advisories.credits': 'We thank',
  'advisories.references': 'More about it',
  'advisories.withdrawn': 'This advisory is withdrawn: it does not hold any more.',
  'rating.critical': 'critical',
  'rating.high': 'high',
  'rating.medium': 'medium',
  'rating.low': 'low',
  'rating.none': 'none',

  'policy.title': 'Coordinated vulnerability disclosure',
  'policy.intro':
    'You found a weakness in one of our products or services? Please tell us. We read every report, whoever it comes from, and we keep you informed.',
  'policy.contact': 'How to reach us',
  'policy.form': 'By the form on this server: encrypted on its way, and anonymous if you like.',
  'policy.person': 'You reach people at these addresses, the one we like best first:',
  'policy.key': 'Encrypt what is sensitive with our OpenPGP key',
  'policy.languages': 'We read: {languages}.',
  'policy.scope': 'What it is about',
  'policy.scopeText':
    'All products of ours that still get security updates, their updates and the servers that deliver them. Please do not test devices that are not yours, services while others depend on them, or people.',
  'policy.promise': 'What we promise',
  'policy.acknowledge': 'We confirm that your report has arrived within {time}.',
  'policy.assess': 'We tell you what we make of it within {time}.',
  'policy.inform': 'We keep you informed until it is fixed, and answer your questions.',
  'policy.credit': 'We thank you by name, if you want that, when the fix is published.',
  'policy.bountyYes': 'We pay rewards; ask for the terms before you count on one.',
  'policy.bountyNo': 'We pay no rewards.',
  'policy.ask': 'What we ask of you',
  'policy.askText':
    'Give us {time} before you publish, and longer if we show you why it is needed. Look at no more data than you need as proof, change and keep none, and do not disturb anybody.',
  'policy.harbour': 'Safe harbour',
  'policy.harbourText':
    'Whoever acts in good faith and keeps to this page does so with our permission: we take no legal steps against them and say so if others do. What the law forbids we cannot permit.',
  'policy.after': 'What happens to your report',
  'policy.afterText':
    'We store what you send, for nothing but its handling, and nothing about the connection it came by. We inform authorities of vulnerabilities that are actively exploited, as the law demands, without your name unless you agree.',
  'policy.more': 'The whole policy',
  'policy.machine': 'For programs: security.txt',
  'time.hours': '{count} hours',
  'time.days': '{count} days',

  'report.title': 'Report a vulnerability',
  'report.intro':
    'Only what is marked as required has to be filled in. Without a name and address your report is anonymous: then follow it by the code that you get.',
  'report.required': 'required',
  'report.what': 'The vulnerability',
  'report.titleField': 'In one line',
  'report.text': 'What it is, how to show it, and what it leads to',
  'report.textHint': 'Plain text, at most {max} characters.',
  'report.encrypted': 'You may paste text that is encrypted with our key.',
  'report.affected': 'Product or service',
  'report.version': 'Version',
  'report.you': 'You',
  'report.reporter': 'Name',
  'report.contact': 'E-mail or another way to reach you',
  'report.creditName': 'Name under which we may thank you publicly',
  'report.creditHint': 'Leave it empty, and you are named nowhere. You may change your mind later.',
  'report.mail': 'Tell me by mail when the report moves on',
  'report.mailHint':
    'Give your mail address above. The mails hold the reference and a link, nothing of what you wrote; you can end them on the page of the report.',
  'follow.mails': 'You are told by mail when this report moves on.',
  'follow.endMails': 'No more mails',
  'mail.subject': 'Your report {reference}',
  'mail.text': `Your report {reference} has moved on.

{state}

Read on and answer with your follow-up code:
{link}

You asked for these mails when you sent the report; you can end them on that page. At most {max} come in a day. If you have sent no report, tell us: {contact}`,
  'mail.state': 'How it stands: {state}.',
  'mail.confidential':
    'How it stands is on the page below. As long as the report is confidential, mails do not say it.',
  'report.submit': 'Send the report',

  'field.empty': 'This has to be filled in.',
  'field.tooLong': 'This is too long: at most {max} characters.',
  'field.code': 'No report has this code.',

  'sent.title': 'Your report has arrived',
  'sent.reference': 'Reference',
  'sent.code': 'Follow-up code',
  'sent.codeHint':
    'Write the code down now: it is shown once and cannot be given again. Whoever has it reads the state of your report and writes to us in your name.',
  'sent.next': 'We confirm by {when}. What we answer stands on the page “Your report”.',
  'sent.reload': 'Do not load this page again: that would send your report a second time.',

  'follow.title': 'Your report',
  'follow.intro': 'Type the code that you got when you sent the report.',
  'follow.submit': 'Show',
  'follow.state': 'State',
  'follow.history': 'What happened',
  'follow.by': 'We',
  'follow.you': 'You',
  'follow.add': 'Your message',
  'follow.send': 'Send',
  'follow.sent': 'Your message has arrived.',

  'state.received': 'received',
  'state.acknowledged': 'acknowledged, we look into it',
  'state.confirmed': 'confirmed',
  'state.duplicate': 'known already from another report',
  'state.invalid': 'not a vulnerability, as far as we can see',
  'state.fixing': 'a fix is being made',
  'state.fixed': 'fixed, not published yet',
  'state.published': 'published',
  'state.closed': 'closed',

  'thanks.title': 'Thanks',
  'thanks.intro': 'They found something and told us before they told others:',
  'thanks.none': 'Nobody yet.',

  'error.title': 'That did not work',
  'error.code': 'Code: {code}',
  'error.wait': 'Try again in {count} minutes, or write to us:',
  'error.elsewhere': 'You reach us at:',
  'error.toStart': 'To the start page',
  'problem.REQUEST_INVALID':
    'A field that is required is empty, or one is too long. What you typed stands below.',
  'problem.BODY_TOO_LARGE': 'That is too long. Send less, or write to us.',
  'problem.TOO_MANY_REQUESTS': 'Too much came from your address.',
  'problem.REPORT_INBOX_FULL': 'The form takes nothing more today.',
  'problem.REPORT_CODE_WRONG':
    'This code opens no report. It begins with fwr_ and was shown when the report was sent.',
  'problem.REPORT_FULL': 'There is too much in this report already. Write again tomorrow.',
  'problem.DISCLOSURE_NOT_SET_UP':
    'Nobody has said yet where reports of vulnerabilities go. Write to the manufacturer of your device.',
  'problem.ORIGIN_REFUSED':
    'This form was sent by another site. Open the page here and send it again.',
  'problem.BODY_TYPE_UNSUPPORTED':
    'The form has to be sent as application/x-www-form-urlencoded, as browsers do. A program says so in Content-Type.',
  'problem.NOT_FOUND': 'There is nothing at this address. The links above lead on.',
  'policy.news': 'Be told of security updates',
  'subscribe.title': 'Security news by mail',
  'subscribe.intro':
    'You are told of security updates, of advisories and of the end of support of a product. This helps most with devices that have no display.',
  'subscribe.address': 'Mail address',
  'subscribe.product': 'Product',
  'subscribe.productHint': 'As on its label or in its manual: lumen-gateway-g1.',
  'subscribe.device': 'Device number',
  'subscribe.deviceHint':
    'From the label of the device, if you want to know when its turn is and until when an update can be postponed.',
  'subscribe.submit': 'Subscribe',
  'subscribe.kept': 'We keep the address only for these mails, and delete it when you unsubscribe.',
  'subscribe.asked': 'Look into your mailbox',
  'subscribe.askedText':
    'If we know what you entered, a mail with a link to confirm is on its way. It is good for 24 hours.',
  'subscribe.askedHint':
    'If none comes: look for mistakes in address and product, and into the folder for unwanted mail. An address gets at most three such mails a day.',
  'confirm.title': 'Confirm',
  'confirm.text': 'This address is to be told about {product} by mail.',
  'confirm.submit': 'Yes, tell me',
  'confirm.done': 'Confirmed',
  'confirm.doneText': 'You are told from now on. Each mail has a link with which you end it.',
  'unsubscribe.title': 'Unsubscribe',
  'unsubscribe.text':
    'No more mails about {product} to this address, for none of its devices. The address is deleted.',
  'unsubscribe.submit': 'Unsubscribe',
  'unsubscribe.done': 'Unsubscribed',
  'unsubscribe.doneText': 'No more mails come, and the address is deleted.',
  'field.address': 'This is no mail address.',
  'field.name': 'Letters, digits and hyphens only.',
  'problem.MAIL_NOT_SET_UP': 'This server sends no mails.',
  'problem.SUBSCRIPTIONS_FULL': 'No more subscriptions are taken today. Try again tomorrow.',
  'problem.LINK_OVER': 'This link is over, or a newer one was sent. Subscribe again.',
  'problem.LINK_WRONG': 'This is no link of ours. Copy the whole of it from the mail.',
  'problem.other': 'Something went wrong. Try again later, or write to us.',
}
export type Words = Readonly<Record<keyof typeof en, string>>
