"""Why a file is not taken: a stable code, and a sentence that says what to do."""

from shared.core.errors import DomainError

MB = 1024 * 1024
MOST_BYTES = 20 * MB
"""A file."""
MOST_BYTES_OF_OWNER = 200 * MB
"""All files of one owner together."""
TAKEN = "可以上传 PDF、JPEG、PNG、DOCX、XLSX、OFD"

SENTENCES = {
    "evidence-missing": "没有选择文件；请先选择要上传的文件",
    "evidence-empty": "文件是空的；请核对后重新上传",
    "evidence-too-large": "文件超过 20 MB；请压缩图片、降低扫描精度，或拆成几个文件",
    "evidence-too-much": "附件合计至多 200 MB；请先删除不需要的，或压缩后再上传",
    "evidence-kind": f"不收这种文件；{TAKEN}，其他的请先导出为 PDF",
    "evidence-archive": "不收压缩包；请解压后逐个上传",
    "evidence-old-office": "这是旧版 Office 文件，或者加了密码；请去掉密码，另存为 DOCX、XLSX 或 PDF 再上传",
    "evidence-name-differs": "扩展名与内容不符；请核对是不是选错了文件，或改正扩展名",
    "evidence-encrypted": "文件加了密码或限制了权限；请去掉后另存，再上传",
    "evidence-incomplete": "文件不完整或已损坏；请用原来的程序打开核对，另存后重新上传",
    "evidence-unreadable": "文件的内部结构不常见，没法检查；请用“打印为 PDF”另存，再上传",
    "evidence-two-in-one": "文件里还夹带着另一个文件；请用原来的程序另存，再上传",
    "evidence-scripts": "PDF 里有脚本或会启动程序的动作；请用“打印为 PDF”另存，再上传",
    "evidence-macros": "文件里有宏或控件；请另存为不带宏的 DOCX、XLSX，或导出为 PDF",
    "evidence-links": "文件引用了别处的内容（外部链接、数据连接或远程模板）；请断开链接、粘贴为数值，或导出为 PDF",
    "evidence-bomb": "文件展开后过大；请拆成几个文件，或导出为 PDF",
    "evidence-picture-too-large": "图片超过 2 亿像素；请缩小后再上传",
    "evidence-infected": "这个文件查出病毒，已经删除；请在本机查毒，换一份干净的再上传",
    "evidence-waiting": "这个文件正在等候查毒，查完才能下载；请过几分钟再试",
    "evidence-deleted": "这个文件已经删除",
    "evidence-lost": "这个文件的内容找不到了；请告诉维护人员从备份恢复",
    "evidence-length-unknown": "没有说明内容的长度，没有接收；请换一个浏览器再试",
    "evidence-too-many": "一次至多选 10 个文件，合计 50 MB；请分几次上传",
    "no-such-evidence": "没有这个附件",
}
STATUSES = {
    "evidence-too-large": 413,
    "evidence-too-much": 413,
    "evidence-too-many": 413,
    "evidence-length-unknown": 411,
    "evidence-waiting": 409,
    "evidence-infected": 410,
    "evidence-deleted": 410,
    "evidence-lost": 410,
    "no-such-evidence": 404,
}


def refused(code: str, before: str = "") -> DomainError:
    """The refusal of that code; `before` is what only this file adds, ending in its own punctuation."""
    return DomainError(code, f"{before}{SENTENCES[code]}", status=STATUSES.get(code, 422))
