"""The petitions themselves. Numbers are days before today; everybody and everything in them is invented."""

from __future__ import annotations

import frappe

from socaid_app.policy import petitions as law
from socaid_demo.county_villages import JIASHAN, JINZHOU
from socaid_demo.petition_steps import PetitionDesk, Tale

PERSON = ("petitioner_name", "phone", "household", "recipient", "division")
APPEAL, SUGGESTION, ACCUSATION = law.APPEAL, law.SUGGESTION, law.ACCUSATION
LETTER, CALL, VISIT, WEB = "By Letter", "By Telephone", "In Person", law.WEB
BAIQUAN, WEIJIN, ANSHI, LIAOHEYUAN = "220422100000", "220422101000", "220422102000", "220422103000"
QUANTAI, JIANAN, ANSHU, PINGGANG = "220422104000", "220422105000", "220422106000", "220422107000"
YUNDING, LINGYUN, ZUMIN = "220422108000", "220422200000", "220422202000"


def tell(desk: PetitionDesk) -> None:
	_ended(desk)
	_under_review(desk)
	_answered(desk)
	_under_way(desk)
	_elsewhere(desk)
	_waiting(desk)
	_accusations(desk)
	_on_the_spot(desk)


def _petition(category: str, matter: str, channel: str, subject: str, content: str, demand: str = "") -> dict:
	return {
		"category": category,
		"matter": matter,
		"channel": channel,
		"subject": subject,
		"content": content,
		"demand": demand,
	}


LATE_PAYMENT = _petition(
	APPEAL,
	"Payment",
	VISIT,
	"低保金没有按月到账",
	"上个月的低保金没有发到卡上，到银行查了两次都没有入账，村里说名单已经报上去了。",
	"查明没有到账的原因，补发低保金。",
)


def _ended(desk: PetitionDesk) -> None:
	late = desk.record(130, JIASHAN, **LATE_PAYMENT)
	late.taken_up(128).answered(
		104, "经查系银行卡号变更未及时更新，已补发，并对经办人进行提醒。", "Supported"
	)
	late.handed(103).rated(98, "Satisfied", "问题解决了。").concluded(70)
	# the same person on the same matter again
	again = _same_person(late)
	desk.record(
		9,
		JIASHAN,
		**LATE_PAYMENT
		| again
		| {"content": "低保金又没有发到卡上，和上次一样，到银行查没有入账。", "channel": CALL},
	)
	final = desk.record(
		320,
		JINZHOU,
		**_petition(
			APPEAL,
			"Eligibility",
			LETTER,
			"对取消低保不服",
			"家里老人常年吃药，儿子外出打工收入不稳定，不应该取消低保。",
			"恢复低保待遇。",
		),
	)
	final.taken_up(318).answered(
		270, "核算后家庭人均收入高于保障标准，不符合低保条件，已告知可申请低保边缘。", "Not Supported"
	).handed(269)
	final.review(250, law.REVIEW, "收入核算过高，请求复查。", "东辽县人民政府信访事项复查复核委员会")
	final.reviewed(230, law.REVIEW, "Upheld", "收入核算依据充分，维持原处理意见。")
	final.review(212, law.RECHECK, "不服复查意见，请求复核。", "辽源市人民政府信访事项复查复核委员会")
	final.hearing(205, 202).reviewed(190, law.RECHECK, "Upheld", "复查意见认定事实清楚，予以维持。")
	thanks = desk.record(
		62,
		WEIJIN,
		**_petition(
			SUGGESTION,
			"Other Matter",
			LETTER,
			"建议把低保政策印成大字版",
			"村里老人眼睛不好，政策宣传单字太小，建议印大字版，多用图。",
		),
	)
	thanks.taken_up(60, None).answered(50, "建议采纳，已印制大字版政策明白纸，随入户走访发放。", "Supported")
	thanks.handed(49).rated(45, "Very Satisfied").concluded(44)
	refused = desk.record(
		44,
		ANSHU,
		**_petition(
			APPEAL,
			"Other Matter",
			LETTER,
			"要求撤销法院判决",
			"对土地承包纠纷的判决不服，请民政局出面。",
			"撤销判决。",
		),
	)
	refused.refused(40, "反映的事项已经人民法院判决，应当依法通过诉讼途径解决。")


def _same_person(tale: Tale) -> dict:
	"""The petitioner of an earlier petition, for one that repeats it."""
	return frappe.db.get_value("Petition", tale.name, PERSON, as_dict=True)


def _under_review(desk: PetitionDesk) -> None:
	review = desk.record(
		88,
		JIASHAN,
		**_petition(
			APPEAL,
			"Amount of Benefit",
			VISIT,
			"低保金额核低了",
			"今年把女儿给的赡养费全算成收入，每月少了一百多元。",
			"重新核算低保金额。",
		),
	)
	review.taken_up(86).answered(46, "赡养费按规定比例计入收入，核算无误，已当面解释。").handed(45)
	review.review(20, law.REVIEW, "赡养费没有实际收到，请求复查。", "东辽县人民政府信访事项复查复核委员会")
	recheck = desk.record(
		150,
		PINGGANG,
		**_petition(
			APPEAL,
			"Eligibility",
			VISIT,
			"车辆影响低保认定不合理",
			"家里的旧面包车是用来送母亲透析的，不能算高档消费。",
			"把车辆从财产中扣除。",
		),
	)
	recheck.taken_up(148).answered(100, "车辆价值超过规定标准，不予认定。", "Not Supported").handed(99)
	recheck.review(80, law.REVIEW, "车辆用于就医，请求复查。", "东辽县人民政府信访事项复查复核委员会")
	recheck.reviewed(60, law.REVIEW, "Changed", "车辆已用于就医满一年，可按规定酌情认定，责成重新调查。")
	recheck.review(32, law.RECHECK, "重新调查仍未通过，请求复核。", "辽源市人民政府信访事项复查复核委员会")
	recheck.hearing(28, 20)


def _answered(desk: PetitionDesk) -> None:
	desk.record(
		52,
		JIASHAN,
		**_petition(
			APPEAL,
			"Slow Handling",
			CALL,
			"临时救助申请拖了一个月",
			"房子着火后申请临时救助，交了材料一个月没有人来。",
			"尽快给答复。",
		),
	).taken_up(50).answered(3, "已按程序入户核实并发放临时救助金，对超期办理作出说明。", "Supported")
	angry = desk.record(
		72,
		JINZHOU,
		**_petition(
			APPEAL,
			"Conduct of Staff",
			VISIT,
			"办事窗口态度不好",
			"来了三次都让回去补材料，没有一次说全。",
			"一次说清要什么材料，改进作风。",
		),
	)
	angry.taken_up(70, law.DUTY).answered(40, "已向您一次性书面告知材料，并对窗口人员批评教育。", "Supported")
	angry.handed(39).rated(20, "Dissatisfied", "材料还是没有办下来。")
	web = desk.record(
		34,
		QUANTAI,
		**_petition(
			SUGGESTION,
			"Publicity Matter",
			WEB,
			"公示：建议公示栏搬到超市门口",
			"公示栏在村部后院，平时没有人去看，建议搬到村口超市旁边。",
		),
	)
	web.taken_up(31, None).answered(18, "已协调村委会把公示栏移到村口，十月底前完成。", "Supported").handed(
		18
	)
	web.rated(16, "Satisfied", "已经看到新公示栏。")
	fax = desk.record(
		66,
		YUNDING,
		**_petition(
			APPEAL,
			"Eligibility",
			"By Fax",
			"特困供养审批应按程序办理",
			"养老机构代老人反映：老人无子女，特困申请递交后未见受理通知。",
			"依法受理特困申请。",
		),
	)
	fax.taken_up(64, "Administrative Procedure").answered(
		58, "已转入特困认定程序，由乡镇依法受理并在期限内作出决定。", "Supported"
	)
	fax.handed(57).concluded(30)


def _under_way(desk: PetitionDesk) -> None:
	book = desk.book
	longer = desk.record(
		86,
		JIASHAN,
		**_petition(
			APPEAL,
			"Eligibility",
			VISIT,
			"一家两户重复核算",
			"分户两年了，还和父母算在一起，申请一直不批。",
			"按分户后的情况单独核算。",
		),
	)
	longer.taken_up(84).extended(28, "需向外省核实家庭成员务工收入，尚未收到回函。")
	first = desk.record(
		64,
		JINZHOU,
		**_petition(
			APPEAL,
			"Amount of Benefit",
			VISIT,
			"残疾人家庭分类施保未落实",
			"孩子二级残疾，应当增发的低保金没有发。",
			"按规定增发。",
		),
	)
	first.taken_up(59)
	twice = _same_person(first)
	desk.record(
		26,
		JINZHOU,
		**_petition(
			APPEAL,
			"Amount of Benefit",
			LETTER,
			"残疾人家庭分类施保未落实（再次来信）",
			"孩子二级残疾，增发的低保金还没有发。",
			"按规定增发。",
		)
		| twice,
	).joined(24, first)
	desk.record(
		78,
		ANSHI,
		**_petition(
			APPEAL,
			"Slow Handling",
			LETTER,
			"低保复核半年没有结果",
			"春天交的复核材料，到现在没有说法。",
			"尽快作出复核决定。",
		),
	).taken_up(72)
	group = desk.record(
		18,
		JINZHOU,
		people_count=12,
		representatives=[
			{"representative_name": name, "relation": "村民"} for name in ("代表甲", "代表乙", "代表丙")
		],
		**_petition(
			APPEAL,
			"Publicity Matter",
			VISIT,
			"民主评议没有通知村民",
			"十二名村民集体反映：低保民主评议没有张贴通知，评议结果没有公布。",
			"重新组织评议并公布结果。",
		),
	)
	group.urgent(18).taken_up(16).settled(
		12,
		kind="Mediated",
		mediator="乡镇信访工作人员",
		other_party="村民委员会",
		outcome="Agreement Reached",
		terms="村民委员会于本月内重新组织民主评议，提前五日张贴通知，评议结果公布七日。",
		fulfil_by=book.day(-6, working=False),
	)
	# given to the township, which passes it back for a relative among its staff
	officer = book.township(JIASHAN, "officer1")
	desk.record(
		12,
		JIASHAN,
		**_petition(
			APPEAL,
			"Slow Handling",
			VISIT,
			"临时救助没有回音",
			"住院自费部分申请临时救助，材料交到乡里没有回音。",
			"告知办理进度。",
		),
	).taken_up(10).assigned(9, officer, "甲山乡人民政府").stood_aside(7, officer, "与信访人系亲属关系。")
	desk.record(
		15,
		LIAOHEYUAN,
		**_petition(
			APPEAL,
			"Payment",
			CALL,
			"护理补贴少发一个月",
			"护理补贴比邻居少一个月，电话咨询没有说清。",
			"核对后补发。",
		),
	).taken_up(13)
	desk.record(
		36,
		BAIQUAN,
		**_petition(
			APPEAL,
			"Eligibility",
			"Assigned to Us",
			"市民政局交办：支出型困难家庭认定",
			"信访人向市民政局来信，反映患大病自费支出大，未被认定为刚性支出困难家庭。",
			"依法认定。",
		),
	).taken_up(33)


def _elsewhere(desk: PetitionDesk) -> None:
	desk.record(
		35,
		LINGYUN,
		**_petition(
			APPEAL,
			"Other Matter",
			VISIT,
			"医保报销比例低",
			"住院费用医保报销比例比别人低。",
			"按规定报销。",
		),
	).passed_on(33, "东辽县医疗保障局")
	desk.record(
		30,
		JINZHOU,
		**_petition(
			APPEAL,
			"Slow Handling",
			CALL,
			"入户调查一直没有来人",
			"申请低保后一个月没有人入户。",
			"尽快入户调查。",
		),
	).passed_on(28, "金州乡人民政府", due=-3, reason="请入户核实并书面答复信访人")
	reported = desk.record(
		94,
		ZUMIN,
		**_petition(
			APPEAL,
			"Publicity Matter",
			LETTER,
			"公示期没有满七天",
			"公示单贴了三天就被撕掉，没有补贴。",
			"重新公示。",
		),
	)
	reported.passed_on(91, "足民乡人民政府", due=62, reason="请核实公示情况并书面答复")
	reported.reported(66, "经核实公示单被风雨损坏，已重新张贴并顺延公示期限。")
	reported.answered(64, "公示单损坏属实，已重新公示七日。", "Supported").handed(63).concluded(40)
	desk.record(
		27,
		QUANTAI,
		**_petition(
			APPEAL,
			"Other Matter",
			"Passed on to Us",
			"转来：退役军人待遇问题",
			"信访部门转来，反映退役军人优待金标准问题。",
			"按政策发放。",
		),
	).sent_back(25, "属于退役军人事务部门职权，不属于民政部门。")


def _waiting(desk: PetitionDesk) -> None:
	"""Recorded and not yet dealt with: overdue, due within days, and fresh."""
	desk.record(
		24,
		WEIJIN,
		**_petition(
			APPEAL,
			"Payment",
			LETTER,
			"丧葬补贴没有领到",
			"老人去世后丧葬补贴没有领到，不知道找谁。",
			"告知办理渠道。",
		),
	)
	for ago, township, village_matter in ((14, JIASHAN, "村里"), (13, JIANAN, "屯里")):
		desk.record(
			ago,
			township,
			exact=True,
			**_petition(
				APPEAL,
				"Policy Question",
				WEB,
				"政策不明白：大学生算不算共同生活家庭成员",
				f"孩子在外地读大学，{village_matter}说要从低保里去掉，政策上到底怎么规定。",
				"书面说明政策依据。",
			),
		)
	desk.record(
		4,
		JIASHAN,
		named=False,
		**_petition(
			SUGGESTION,
			"Publicity Matter",
			LETTER,
			"匿名来信：建议公开评议人员名单",
			"民主评议由谁参加，应当让大家知道。",
		),
	)
	desk.record(
		2,
		PINGGANG,
		**_petition(
			APPEAL,
			"Eligibility",
			CALL,
			"孤儿随祖父母生活，申请被退回",
			"两个孩子跟祖父母生活，申请特困被退回，没有书面理由。",
			"受理申请。",
		),
	)
	desk.record(
		1,
		JINZHOU,
		**_petition(
			APPEAL,
			"Other Matter",
			VISIT,
			"房屋漏雨急需救助",
			"昨夜大雨房屋漏水，老人无处居住，请求急难救助。",
			"先行救助。",
		),
	).urgent(1)
	desk.record(
		0,
		JIASHAN,
		**_petition(
			APPEAL,
			"Amount of Benefit",
			WEB,
			"救助金额：分类施保金额不清楚",
			"存折上每月金额和公示的不一样，想知道怎么算的。",
			"说明核算办法。",
		),
	)


def _accusations(desk: PetitionDesk) -> None:
	"""Nobody in them bears a name that anybody in the county has."""
	handler = desk.book.county("accusations")
	named = desk.record(
		58,
		ANSHU,
		accused=[{"accused_name": "被反映人甲", "unit": "某村村民委员会"}],
		**_petition(
			ACCUSATION,
			"Favouritism",
			WEB,
			"优亲厚友：亲属不符合条件享受低保",
			"村干部的亲属有门市房，仍然享受低保，评议时没有回避。",
			"核查并处理。",
		),
	)
	named.taken_up(55, None).answered(
		28, "经入户核查和信息核对，反映情况部分属实，已停发并移交有关部门处理。", "Supported"
	)
	named.handed(28).rated(25, "Satisfied")
	desk.record(
		11,
		LIAOHEYUAN,
		user=handler,
		named=False,
		accused=[{"accused_name": "被反映人乙", "unit": "某村民小组"}],
		**_petition(
			ACCUSATION,
			"Conduct of Staff",
			LETTER,
			"匿名举报：代领低保金收取好处费",
			"有人代老人领取低保金时收取好处费，请核查。",
			"核查并退还。",
		),
	).taken_up(8, None)
	desk.record(
		3,
		YUNDING,
		named=False,
		**_petition(
			ACCUSATION,
			"Fraud by Others",
			WEB,
			"他人骗取救助：隐瞒存款申请低保",
			"有一户把存款转到亲戚名下后申请低保，请核对。",
			"核查。",
		),
	)


SUGGESTED = (
	(
		"Payment",
		"低保金发放日期不固定",
		"每月发放日期不一样，能不能固定下来。",
		"已与银行商定每月十日前发放。",
	),
	(
		"Policy Question",
		"建议集中解答政策",
		"村民对分类施保不了解，建议赶集日现场解答。",
		"已安排赶集日政策咨询。",
	),
	("Slow Handling", "建议增加代办员", "老人不会用手机，建议村里有人代办。", "已在各村设立代办点。"),
)


def _on_the_spot(desk: PetitionDesk) -> None:
	"""Suggestions that were answered at once, over the year."""
	for number, (township, suggestion) in enumerate(zip((BAIQUAN, LINGYUN, JIANAN), SUGGESTED, strict=True)):
		matter, subject, content, reply = suggestion
		ago = 20 + number * 95
		tale = desk.record(ago, township, **_petition(SUGGESTION, matter, VISIT, subject, content))
		tale.answered(ago, reply, "Supported").handed(ago).concluded(ago - 5)
