"""Texts of the disclosure catalogue as the demo county publishes them."""

from __future__ import annotations

import frappe

from socaid_app.casework import workflows
from socaid_app.public_disclosure import catalogue
from socaid_demo.county_villages import JIASHAN
from socaid_demo.daybook import Daybook

STEPS = (
	"<p>办理流程：申请—受理—调查核实—公示—审核确认—发放。办理地点：户籍所在地乡镇人民政府便民服务窗口。</p>"
)
# Catalogue item, days ago it was formed, title, text.
TEXTS = (
	(
		"ZH-01",
		200,
		"社会救助政策文件目录",
		"<p>本县执行的社会救助政策文件：</p><ul><li>《中华人民共和国社会救助法》</li><li>《社会救助暂行办法》</li>"
		"<li>《最低生活保障审核确认办法》（民发〔2021〕57号）</li><li>《特困人员认定办法》（民发〔2021〕43号）</li></ul>",
	),
	(
		"ZH-02",
		150,
		"社会救助信访和投诉渠道",
		"<p>来信请寄县民政局社会救助科；来访请到县民政局一楼接待窗口，工作日上午八时三十分至十一时三十分、下午一时至四时三十分；"
		"也可以在本网站“网上信访”提交。</p>",
	),
	(
		"DB-01",
		140,
		"本年度最低生活保障标准",
		"<p>城乡最低生活保障标准已经公布，自本年七月一日起执行。按家庭人均收入与标准的差额计发，对重点人员增发分类施保金。</p>",
	),
	(
		"DB-02",
		120,
		"最低生活保障办事指南",
		"<p>办理条件：共同生活的家庭成员人均收入低于当地标准，且财产符合规定。申请材料：申请书、身份证、户口簿、核对授权书。</p>"
		+ STEPS,
	),
	(
		"TK-01",
		95,
		"特困人员救助供养标准",
		"<p>特困人员救助供养标准包括基本生活标准和照料护理标准，照料护理标准按生活自理能力分三档。</p>",
	),
	(
		"TK-02",
		80,
		"特困人员救助供养办事指南",
		"<p>办理条件：无劳动能力、无生活来源、无法定赡养抚养扶养义务人或者其义务人无履行义务能力。</p>"
		+ STEPS,
	),
	(
		"LS-02",
		60,
		"临时救助办事指南",
		"<p>急难型救助可以先行救助、后补手续；支出型救助按程序调查、公示后发放。</p>" + STEPS,
	),
)
# Formed on those days and not published: one in time, one late.
WAITING = (("LS-01", 3, "临时救助政策文件汇编"), ("DB-01", 40, "关于做好分类施保工作的通知"))


def publish(book: Daybook) -> int:
	"""Prepared by the disclosure officer, published by a reviewer; returns how many there are."""
	names = [_published(book, *text) for text in TEXTS]
	_revised(book, names[3])
	_taken_down(book, names[1])
	for item, ago, title in WAITING:
		_prepared(book, item, ago, title, "<p>全文见附件，正在校对。</p>")
	with book.acting(book.township(JIASHAN, "officer1"), book.day(20)):
		frappe.get_doc(
			{
				"doctype": catalogue.PUBLICATION,
				"catalogue_item": "ZH-02",
				"formed_on": book.day(20),
				"title": "甲山乡社会救助咨询时间",
				"body": "<p>每周一至周五在乡便民服务中心接受咨询，赶集日在集市设点。</p>",
			}
		).insert()
	catalogue.mark_late()
	return frappe.db.count(catalogue.PUBLICATION)


def _prepared(book: Daybook, item: str, ago: int, title: str, body: str) -> str:
	day = book.day(ago)
	with book.acting(book.county("disclosure"), day):
		return (
			frappe.get_doc(
				{
					"doctype": catalogue.PUBLICATION,
					"catalogue_item": item,
					"formed_on": day,
					"title": title,
					"body": body,
				}
			)
			.insert()
			.name
		)


def _published(book: Daybook, item: str, ago: int, title: str, body: str) -> str:
	name = _prepared(book, item, ago, title, body)
	with book.acting(book.county("reviewer1"), book.day(ago - 5)):
		workflows.take(frappe.get_doc(catalogue.PUBLICATION, name), catalogue.PUBLISH)
	return name


def _revised(book: Daybook, old: str) -> None:
	"""A newer version took the place of the guide."""
	with book.acting(book.county("disclosure"), book.day(30)):
		new = frappe.get_doc(catalogue.PUBLICATION, catalogue.revise(old))
		new.body += "<p>网上申请与窗口申请效力相同。</p>"
		new.save()
	with book.acting(book.county("reviewer1"), book.day(28)):
		workflows.take(new, catalogue.PUBLISH)


def _taken_down(book: Daybook, name: str) -> None:
	with book.acting(book.county("disclosure"), book.day(25)):
		text = frappe.get_doc(catalogue.PUBLICATION, name)
		workflows.take(text, catalogue.TAKE_DOWN, withdrawal_reason="接待时间已经调整，另行公布。")
	_published(
		book,
		"ZH-02",
		26,
		"社会救助信访和投诉渠道（接待时间调整）",
		"<p>来访请到县民政局一楼接待窗口，工作日全天接待，中午不休息。来信、来电和网上信访渠道不变。</p>",
	)
