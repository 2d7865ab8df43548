"""The rules of a case, each a function of its facts: what is wrong, by which article, and what to do.

Which of them stand before which step is the table of :mod:`gates`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.case_facts import Facts, Investigation
from socaid_app.policy.cases import DELEGATED

# Officials are to be impartial (Law Art. 61); relatives of the case's handlers are registered apart (57号 Art. 11).
RECUSAL = "社会救助法第61条，民发〔2021〕57号第11条"
# A basic living benefit is either 特困 or 低保 (Law Art. 15); after the one ends the other may begin (43号 Art. 27).
ONE_BENEFIT = "社会救助法第15条，民发〔2021〕43号第27条"


def signed(f: Facts) -> list[Breach]:
	if f.signed_by_applicant:
		return []
	return [
		Breach(
			"application_signed",
			"申请人没有在申请书上签字",
			"民发〔2021〕57号第9条",
			"请打印申请书，由申请人签字后勾选“申请人已签字”。",
		)
	]


def applicant_lives(f: Facts) -> list[Breach]:
	"""Nobody applies after death; a case whose applicant dies on the way ends with a letter to the family."""
	if not f.applicant_died_on:
		return []
	closing = {
		terms.DRAFT: "请不予受理，书面告知家属",
		terms.SUPPLEMENT: "请重新提交后不予受理，书面告知家属",
	}.get(f.from_state, "请终止本件，书面告知家属")
	return [
		Breach(
			"applicant_dead",
			f"申请人已于{f.applicant_died_on:%Y-%m-%d}死亡",
			_applicant_article(f.scheme),
			f"{closing}；其他共同生活的家庭成员符合条件的，由其另行申请。",
		)
	]


def _applicant_article(scheme: str) -> str:
	if scheme == terms.TEKUN:
		return "民发〔2021〕43号第10条、第24条"
	return "社会救助法第37条" if scheme == terms.TEMPORARY else "社会救助法第37条，民发〔2021〕57号第4条"


def living_counted(f: Facts) -> list[Breach]:
	"""The assessment that is decided on does not count somebody who has died since."""
	if not f.dead_but_counted:
		return []
	return [
		Breach(
			"dead_counted",
			f"{'、'.join(f.dead_but_counted)}已经死亡，核算中仍计入保障人口",
			"社会救助法第46条、第47条",
			"请退回调查核实，重新核算后再办理。",
		)
	]


def present_counted(f: Facts) -> list[Breach]:
	"""Nor somebody who has left the family since, or is in prison, missing, adopted by others."""
	if not f.left_but_counted:
		return []
	return [
		Breach(
			"left_counted",
			f"{'、'.join(f.left_but_counted)}已不是共同生活的家庭成员，核算中仍计入保障人口",
			"社会救助法第46条、第47条，民发〔2021〕57号第7条",
			"请退回调查核实，重新核算后再办理。",
		)
	]


def has_members(f: Facts) -> list[Breach]:
	if f.counted:
		return []
	return [
		Breach(
			"members",
			"没有计入保障人口的家庭成员",
			"民发〔2021〕57号第7条",
			"请在“家庭与经济状况”中补充家庭成员。",
		)
	]


def consents(f: Facts) -> list[Breach]:
	if f.route == terms.QUICK_RELIEF:
		return []
	found = []
	article = (
		"社会救助法第40条、第41条，民发〔2021〕43号第10条"
		if f.scheme == terms.TEKUN
		else "社会救助法第40条、第41条，民发〔2021〕57号第9条"
	)
	for person in f.asked:
		if not person.on_register:
			found.append(
				Breach(
					"consent",
					f"{person.name}没有签署核对授权书，也没有登记人员信息",
					article,
					"请先登记该人员并在赡养人表中关联，再登记其签署的授权书。",
				)
			)
		elif person.withdrawn:
			found.append(
				Breach(
					"consent",
					f"{person.name}已撤回核对授权",
					article,
					"请由本人重新签署授权书，未签署前不得核对。",
				)
			)
		elif not (person.consent_from and person.consent_until):
			found.append(
				Breach(
					"consent",
					f"{person.name}没有签署核对授权书",
					article,
					"请打印核对授权书，由本人签字后登记。",
				)
			)
		elif not person.consent_from <= f.today <= person.consent_until:
			found.append(
				Breach("consent", f"{person.name}的核对授权已过有效期", article, "请重新签署核对授权书。")
			)
		elif person.needs_guardian and not person.guardian_signed:
			found.append(
				Breach(
					"guardian",
					f"{person.name}不满14周岁，授权书没有监护人签字",
					"个人信息保护法第31条",
					"请由监护人签署授权书。",
				)
			)
	return found


def _declared(f: Facts) -> list[Breach]:
	"""What nobody filled in is not declared: "none" is an answer that the applicant gives."""
	if not f.undeclared:
		return []
	return [
		Breach(
			"declared",
			f"没有申报：{'、'.join(f.undeclared)}",
			"民发〔2021〕57号第9条",
			"请逐项询问并填写；确实没有的，勾选“申报无……”，由申请人签字确认。",
		)
	]


def _materials(f: Facts) -> list[Breach]:
	if not f.missing_materials:
		return []
	names = "、".join(f.missing_materials)
	return [
		Breach(
			"materials",
			f"必需材料未收齐：{names}",
			"民发〔2021〕57号第10条",
			"请收取后在材料清单中勾选“已收”，或者一次性告知补正。",
		)
	]


def second_check(f: Facts) -> list[Breach]:
	if f.actor not in (f.entered_by, f.changed_by):
		return []
	return [
		Breach(
			"second_check",
			"录入人和最后修改人不能自己核对受理",
			"服务方案1.1.2-3（录入与核对分离）",
			"请由另一名经办人员核对后受理。",
		)
	]


def recusal(f: Facts) -> list[Breach]:
	if f.actor not in f.relatives:
		return []
	return [Breach("recusal", "办理人是该家庭的近亲属，应当回避", RECUSAL, "请由其他人员办理。")]


def supplement_lawful(f: Facts) -> list[Breach]:
	found = []
	if f.forbidden_demands:
		names = "、".join(f.forbidden_demands)
		found.append(
			Breach(
				"no_needless_demand",
				f"不得要求申请人提供能够通过核对取得的材料：{names}",
				"社会救助法第62条",
				"请取消这些材料的“须补正”。",
			)
		)
	if not f.demanded:
		found.append(
			Breach(
				"supplement_list",
				"没有列明须补正的材料",
				"民发〔2021〕57号第10条",
				"请在材料清单中勾选须补正的材料，一次性告知。",
			)
		)
	if f.supplements_before:
		found.append(
			Breach(
				"supplement_once",
				"已经一次性告知过补正，不能再次要求补正",
				"民发〔2021〕57号第10条",
				"请就现有材料受理，或者由工作人员协助取得其余材料。",
			)
		)
	return found


def investigated(f: Facts) -> list[Breach]:
	return _investigation(f, f.investigation, "investigation", "入户调查")


def _investigation(f: Facts, record: Investigation | None, rule: str, name: str) -> list[Breach]:
	article = "民发〔2021〕57号第16条"
	if record is None:
		return [Breach(rule, f"没有提交{name}记录", article, f"请新建并提交{name}。")]
	found = []
	if len(set(record.investigators)) < 2:
		found.append(
			Breach(f"{rule}_two", f"{name}人员少于两人", article, "每组调查人员不得少于两人，请补充。")
		)
	if record.signed < max(2, len(set(record.investigators))):
		found.append(Breach(f"{rule}_signed", f"{name}人员没有全部签字", article, "请由调查人员分别签字。"))
	if not (record.member_signed or record.remote_reason):
		found.append(
			Breach(
				f"{rule}_member",
				"在场家庭成员没有签字",
				article,
				"请由在场的共同生活家庭成员签字；重大突发事件采取非接触方式的，写明原因。",
			)
		)
	if record.by_relative:
		found.append(
			Breach(
				"recusal",
				f"调查人员{'、'.join(record.by_relative)}是该家庭的近亲属，应当回避",
				RECUSAL,
				"请由其他人员重新调查。",
			)
		)
	return found


def checked(f: Facts) -> list[Breach]:
	if (
		f.route == terms.QUICK_RELIEF
		or f.check_exempt
		or (f.route == terms.EXPENDITURE and f.recognised_family)
	):
		return []
	article = "民发〔2021〕57号第17条、第18条"
	if not (f.check_report_on and f.check_report_until):
		return [
			Breach("check_report", "没有家庭经济状况核对报告", article, "请提请核对，登记并提交核对报告。")
		]
	if not f.check_report_on <= f.today <= f.check_report_until:
		return [
			Breach(
				"check_report_valid",
				f"核对报告已于{f.check_report_until:%Y-%m-%d}失效",
				article,
				"请重新提请核对。",
			)
		]
	if f.check_conclusion == "To Be Verified":
		return [Breach("check_report_open", "核对报告有待核实事项", article, "请核实后登记新的核对报告。")]
	return []


def no_open_objection(f: Facts) -> list[Breach]:
	if not f.objection_open:
		return []
	return [
		Breach(
			"objection",
			"公示期间的异议尚未处理",
			"民发〔2021〕57号第19条",
			"请重新调查核实或组织民主评议，并在公示中登记处理结果。",
		)
	]


def reinvestigated(f: Facts) -> list[Breach]:
	if not f.objection_since_investigation:
		return []
	return [
		Breach(
			"objection_rework",
			"公示有异议后没有重新调查或民主评议",
			"民发〔2021〕57号第19条，民发〔2021〕43号第15条",
			"请提交新的入户调查或民主评议后再初审。",
		)
	]


def published(f: Facts) -> list[Breach]:
	if f.route == terms.QUICK_RELIEF or f.protected:
		return []
	if f.publicity_done and not f.objection_open and not f.statements_waiting:
		return []
	article = "民发〔2021〕57号第19条" if f.scheme != terms.TEKUN else "民发〔2021〕43号第15条"
	if f.objection_open:
		return [
			Breach(
				"objection",
				"公示期间有异议，应当退回调查核实",
				article,
				"请用“公示有异议”退回，重新调查或民主评议。",
			)
		]
	if f.publicity_done:
		return [
			Breach(
				"statements",
				"公示期间收到的意见还没有经县里审看是不是异议",
				article,
				"请县民政局公开岗或信访岗在公示上选“列为异议”或“不是异议”。",
			)
		]
	until = f"，公示至{f.publicity_ends:%Y-%m-%d}" if f.publicity_ends else "，公示尚未张贴"
	return [Breach("publicity", f"初审公示未满7天{until}", article, "请等公示期满后再提交。")]


def assessed(f: Facts) -> list[Breach]:
	if f.assessed:
		return []
	return [
		Breach(
			"assessment",
			"尚未完成家庭经济状况核算",
			"社会救助法第43条，民发〔2021〕57号第12条、第13条",
			"请补齐家庭成员、收入和财产信息后保存。",
		)
	]


def eligible(f: Facts) -> list[Breach]:
	if f.eligible or (f.special_deliberation and f.deliberation_recorded):
		return []
	return [
		Breach(
			"eligible",
			"核算结果不符合条件，不能确认",
			"社会救助法第16条、第18条、第21条、第22条、第29条",
			"请拟不予确认；确有特殊困难的，走一事一议并上传会议纪要。",
		)
	]


def opinion(f: Facts) -> list[Breach]:
	if f.opinion.strip():
		return []
	return [
		Breach(
			"opinion",
			"没有填写本环节意见",
			"民发〔2021〕57号第19条、第20条",
			"请在“本环节意见”中写明意见和理由。",
		)
	]


def decided_by_another(f: Facts) -> list[Breach]:
	"""Whoever ends a case against the applicant, wherever it stands, has not acted on it before."""
	return three_persons(f, ends=True)


def three_persons(f: Facts, ends: bool = False) -> list[Breach]:
	article = "服务方案1.1.1-34（初审、复审、终审分离）"
	earlier = [(f.entered_by, "录入人")]
	# 初审 may be done by the one who checked the entry; 复审 and 终审 by nobody who acted before.
	if ends or f.from_state not in (terms.ACCEPTED, terms.INVESTIGATION):
		earlier += [(f.second_checked_by, "二次核对人"), (f.first_reviewer, "初审人")]
		if ends or f.from_state != terms.REVIEW:
			earlier.append((f.second_reviewer, "复审人"))
	same = [role for user, role in earlier if user and user == f.actor]
	if (ends or f.from_state in (terms.REVIEW, terms.CONFIRMATION)) and f.changed_by == f.actor:
		same.append("最后修改人")
	if f.departure_by == f.actor:
		same.append("调整金额人")
	if not same:
		return []
	return [
		Breach(
			"three_persons",
			f"当前用户已是本件的{'、'.join(same)}，不能再办理本环节",
			article,
			"请由另一名有权限的人员办理。",
		)
	]


def amount(f: Facts) -> list[Breach]:
	return [*f.departure_breaches, *f.stage_breaches]


def county_visited(f: Facts) -> list[Breach]:
	if not (f.relative_case or f.complaint):
		return []
	why = "近亲属备案件" if f.relative_case else "审核期间有投诉举报"
	found = _investigation(f, f.county_visit, "county_visit", "县级入户核查")
	return [Breach(b.rule, f"{why}：{b.message}", "民发〔2021〕57号第11条、第20条", b.remedy) for b in found]


def authority(f: Facts) -> list[Breach]:
	by_county = f.special_deliberation or f.protected or f.scheme not in DELEGATED
	needed = terms.COUNTY if by_county else f.confirming_authority
	if needed in f.actor_authorities:
		return []
	who = "县级民政部门" if needed == terms.COUNTY else "受权的乡镇人民政府（街道办事处）"
	return [
		Breach(
			"authority",
			f"本件应由{who}决定",
			"社会救助法第44条，吉民发〔2024〕5号",
			"请由有确认权限的人员办理。",
		)
	]


def one_benefit(f: Facts) -> list[Breach]:
	found = [
		Breach("one_benefit", text, ONE_BENEFIT, "请先办理原待遇终止，再确认本件。")
		for text in f.other_benefits
	]
	found += [
		Breach("one_household", text, "民发〔2021〕57号第4条", "请先在原家庭登记成员离开，或办理合户、迁移。")
		for text in f.other_households
	]
	return found


def whole_household(f: Facts) -> list[Breach]:
	if f.single_application or f.scheme in (terms.TEKUN, terms.TEMPORARY) or not f.members_left_out:
		return []
	names = "、".join(f.members_left_out)
	return [
		Breach(
			"whole_household",
			f"符合条件的家庭应整户纳入，不得只纳入部分成员：{names}没有计入",
			"2022年兜底保障通知一（一）",
			"请计入全部共同生活的家庭成员，或选择单人申请情形。",
		)
	]


def _deliberation_article(scheme: str) -> str:
	return "民发〔2024〕57号第9条" if scheme == terms.RIGID else "民发〔2018〕23号二（三）"


def deliberation(f: Facts) -> list[Breach]:
	if not f.special_deliberation or f.deliberation_recorded:
		return []
	return [
		Breach(
			"deliberation",
			"一事一议没有会议纪要",
			_deliberation_article(f.scheme),
			"请由县级召开一事一议会议，登记表决结果并上传会议纪要。",
		)
	]


def reasoned(f: Facts) -> list[Breach]:
	found = []
	article = "社会救助法第45条，民发〔2021〕57号第21条"
	if not f.reason.strip():
		found.append(Breach("reason", "没有写明理由", article, "请在“决定”中填写事实和理由。"))
	if not f.legal_basis.strip():
		found.append(Breach("legal_basis", "没有写明法律依据", article, "请在“决定”中填写法律依据。"))
	if not f.remedy.strip():
		found.append(
			Breach(
				"remedy",
				"没有告知救济途径",
				"社会救助法第76条，行政复议法第20条，行政诉讼法第46条",
				"请填写行政复议和行政诉讼的期限与途径。",
			)
		)
	return found


def given_reason(f: Facts) -> list[Breach]:
	if f.reason.strip() or f.opinion.strip():
		return []
	return [Breach("reason", "没有写明原因", "民发〔2021〕57号第29条", "请在“本环节意见”中写明原因。")]


def papers(f: Facts) -> list[Breach]:
	"""Signature, declarations, consents and materials: asked for at acceptance, except where help comes first (Law Art. 50)."""
	if f.relief_first:
		return []
	return [*signed(f), *_declared(f), *_carried(f), *consents(f), *_materials(f)]


def made_up(f: Facts) -> list[Breach]:
	"""What was left out for an emergency is there before the case is decided."""
	return [*_declared(f), *_carried(f), *_materials(f)] if f.relief_first else []


def _carried(f: Facts) -> list[Breach]:
	"""Whoever applies again says what has changed, and that the rest still holds."""
	if not f.unconfirmed:
		return []
	return [
		Breach(
			"carried_facts",
			f"沿用上次申请的内容没有确认：{'、'.join(f.unconfirmed)}",
			"民发〔2021〕57号第9条",
			"请与申请人逐项核对：没有变化的勾选“仍属实”，有变化的直接修改。",
		)
	]


def relief_settled(f: Facts) -> list[Breach]:
	"""Whoever refuses, or grants less than was paid first, says what becomes of the money."""
	if f.relief_paid <= f.granted or f.relief_settlement:
		return []
	return [
		Breach(
			"relief_settled",
			f"本件已先行救助{f.relief_paid:,.2f}元，没有写明已付款项如何处理",
			"社会救助法第50条、第73条",
			"请在“先行救助”中选择：如实申报的不予追回，以虚假情况取得的追回。",
		)
	]


def refusal_settled(f: Facts) -> list[Breach]:
	return relief_settled(replace(f, granted=Decimal(0)))
